// Which processes are there, and what does each of them hold?
import { byId, cell, el, onChange, row, showRows, time } from "./dom.js";

export const showNodes = onChange((nodes) => {
  const table = byId("nodes");
  const told = new Set(nodes.filter((node) => node.state === "living").map((node) => node.nodes));
  showRows(table, byId("nodes-empty"), nodes.length > 0, "No process has reported yet.");
  table.tBodies[0].replaceChildren(...nodes.map((node) => row({},
    cell("Process", { class: "name" }, node.node),
    cell("State", {}, node.state === "gone"
      ? el("span", { "data-mark": "bad" }, el("span", { class: "mark", "aria-hidden": "true" }, "✕"), " gone; the others have what it held")
      : node.state === "living" && told.size > 1
        ? el("span", { "data-mark": "bad" }, el("span", { class: "mark", "aria-hidden": "true" }, "✕"),
          ` living; NODES is ${node.nodes} here and another number elsewhere`)
      : node.state === "living"
        ? el("span", { "data-mark": "ok" }, el("span", { class: "mark", "aria-hidden": "true" }, "✓"), " living")
        : "stopped"),
    cell("Since", { class: "number" }, time(node.started_at)),
    cell("Last seen", { class: "number" }, time(node.last_seen_at)),
    cell("Version", {}, node.version),
    cell("Holds", { class: "text" }, node.state !== "living" ? "nothing" : node.nodes > 1 ? node.holds.join(", ") || "nothing yet" : "everything"))));
});
