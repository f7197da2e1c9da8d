// A route as it runs: a column of steps, branches indented, with how many exchanges went through each.
import { el } from "./dom.js";
import { number } from "./words.js";

function step(node) {
  return el("li", {},
    el("div", { class: "step" },
      el("span", { class: "kind" }, node.kind), " ",
      node.id ? el("code", {}, node.id) : null,
      node.text ? el("span", { class: "what" }, node.text) : null,
      node.count === null || node.count === undefined ? null : el("span", { class: "through" }, number(node.count),
        node.failed ? el("span", { class: "bad" }, ` ${number(node.failed)} failed`) : null)),
    node.steps?.length ? el("ol", {}, node.steps.map(step)) : null);
}

export function diagram(route) {
  return el("ol", { class: "diagram", "aria-label": `Steps of ${route.route}` },
    el("li", {}, el("div", { class: "step from" }, el("span", { class: "kind" }, "from"), " ", el("code", {}, route.from))), route.steps.map(step));
}
