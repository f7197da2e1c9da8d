// What is in force of the route files, and what is wrong with those that are not.
import { byId, el, onChange, time } from "./dom.js";
import { count, sentence } from "./words.js";

/** While a file is wrong what ran before keeps running, and this says what to mend. */
export const showFindings = onChange((findings) => {
  const box = byId("route-findings");
  box.hidden = findings.length === 0;
  box.replaceChildren(...(findings.length === 0 ? [] : [
    el("p", {}, el("strong", {}, `${count(findings.length, "mistake")} in the files of routes/`), ": the version before keeps running."),
    el("ul", { class: "findings" }, findings.map((finding) => el("li", {},
      el("code", {}, `${finding.file}:${finding.line}`), " ", sentence(finding.problem), " ", sentence(finding.remedy))))]));
});

/** Content and since when: of every route, and of each process if there are several. */
export const showRoutes = onChange((routes) => {
  const box = byId("routes");
  box.hidden = routes.length === 0;
  box.querySelector("tbody").replaceChildren(...routes.map((route) => el("tr", {},
    el("td", {}, el("code", {}, route.route)), el("td", {}, el("code", {}, route.version)), el("td", {}, time(route.applied_at)),
    el("td", {}, el("code", {}, route.file)), el("td", {}, route.node))));
});

/** "version 0123456789ab, in force since …" of one route; several while processes differ. */
export function version(route, routes) {
  return routes.filter((each) => each.route === route).map((each) => el("small", { class: "version", title: each.node },
    "version ", el("code", {}, each.version), ", in force since ", time(each.applied_at)));
}
