// What could not be loaded, and why?
import { byId, cell, el, onChange, row, showRows, time } from "./dom.js";
import { number, sentence } from "./words.js";

export const showDeadLetters = onChange((letters) => {
  const table = byId("letters");
  showRows(table, byId("letters-empty"), letters.length > 0,
    el("span", { "data-mark": "ok" }, el("span", { class: "mark", "aria-hidden": "true" }, "✓"), " Nothing waits here."));
  table.tBodies[0].replaceChildren(...letters.map((letter) => row({},
    cell("Pipeline", { class: "name" }, el("a", { href: `#/pipeline/${letter.pipeline}` }, letter.pipeline)),
    cell("Reason", {}, el("code", {}, letter.code)),
    cell("Letters", { class: "number" }, number(letter.letters)),
    cell("Newest message", { class: "text" }, sentence(letter.example)),
    cell("First", { class: "number" }, time(letter.first_at)),
    cell("Last", { class: "number" }, time(letter.last_at)),
    cell("Load again with", {}, el("code", { class: "command" }, `make replay PIPELINE=${letter.pipeline}`)))));
});
