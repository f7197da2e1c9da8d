// What every panel has: as of when, the numbers as JSON and CSV, as a table, and how they are computed.
import { byId, el, time } from "./dom.js";
import { timeOfDay, utc } from "./words.js";

let explanations = new Map();

/** From /api/explain: by path. */
export function learn(rows) {
  explanations = new Map(rows.map((row) => [row.endpoint, row]));
}

/** The line at the right of a panel's title. */
export function source(panel, endpoint, asOf) {
  const line = panel.querySelector(".source");
  if (!line || line.dataset.asOf === asOf) {
    return;
  }
  line.dataset.asOf = asOf;
  const instant = line.querySelector("time");
  if (instant) {
    instant.dateTime = asOf;
    instant.title = utc(asOf);
    instant.textContent = timeOfDay(asOf);
    return;
  }
  const how = el("button", { type: "button", class: "link" }, "How is this computed?");
  how.addEventListener("click", () => explain(panel.dataset.endpoints.split(" ")));
  line.replaceChildren("as of ", el("time", { datetime: asOf, title: utc(asOf) }, timeOfDay(asOf)), " · ",
    el("a", { href: `/api/${endpoint}` }, "JSON"), " · ",
    el("a", { href: `/api/${endpoint}?format=csv`, download: true }, "CSV"), " · ", how);
}

/** The view's SQL, its columns, and the route that answers, with file and line. */
export function explain(endpoints) {
  const dialog = byId("explanation");
  const known = endpoints.map((endpoint) => explanations.get(`/api/${endpoint}`)).filter(Boolean);
  dialog.querySelector(".explained").replaceChildren(...known.map((row) => el("section", {},
    el("h3", {}, row.question),
    el("p", {}, "View ", el("code", {}, row.view), ", answered by the route ", el("code", {}, row.route), " in ", el("code", {}, row.at),
      " as ", el("a", { href: row.endpoint }, row.endpoint), "."),
    el("details", { open: known.length === 1 }, el("summary", {}, "Columns"),
      el("dl", { class: "columns" }, row.columns.flatMap((column) => [
        el("dt", {}, el("code", {}, column.name), " ", el("small", {}, column.type)), el("dd", {}, column.meaning ?? "")]))),
    el("details", { open: known.length === 1 }, el("summary", {}, "SQL"), el("pre", {}, row.sql)))));
  if (known.length === 0) {
    dialog.querySelector(".explained").replaceChildren(el("p", {}, "This is known as soon as PostgreSQL answers."));
  }
  dialog.showModal();
}

/** A sentence for an empty panel, with the time at which there will be something, if that is known. */
export function soon(what, pipelines, name) {
  const next = pipelines?.find((pipeline) => pipeline.pipeline === name)?.next_run_at;
  return next ? [what, " The next run is ", time(next, "countdown"), "."] : [what];
}
