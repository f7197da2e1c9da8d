// What data are there? By pipeline, with what one row is, how fresh it is to be and how fresh it is; and one of them in detail.
import { table } from "./charts.js";
import { byId, clock, el, onChange, time } from "./dom.js";
import { checksOf } from "./quality.js";
import { count, number, schedule, sentence } from "./words.js";

const UNIT_S = [["day", 86_400], ["hour", 3_600], ["minute", 60], ["second", 1]];

/** "10 minutes" */
function promise(seconds) {
  const [unit, size] = UNIT_S.find(([, length]) => seconds % length === 0 && seconds >= length) ?? UNIT_S.at(-1);
  return `${number(seconds / size)} ${unit}${seconds === size ? "" : "s"}`;
}

/** When something last came into it, or into the tables it is computed from; null if the book does not say. */
function newest(dataset, all) {
  const from = new Set([dataset.dataset, ...dataset.lineage.upstream.map((link) => link.from.replace(/^dataset:/, ""))]);
  return all.filter((one) => from.has(one.dataset) && one.lastLoadAt).map((one) => one.lastLoadAt).sort().at(-1) ?? null;
}

function freshness(dataset, all) {
  const at = newest(dataset, all);
  const late = at && dataset.freshnessSeconds && clock.now() - Date.parse(at) > dataset.freshnessSeconds * 1000;
  return el("span", { class: late && "late", "data-mark": late ? "bad" : null },
    late ? [el("span", { class: "mark", "aria-hidden": "true" }, "✕"), " late: "] : null, at ? time(at) : "–",
    dataset.freshnessSeconds ? el("small", {}, `promised within ${promise(dataset.freshnessSeconds)}`) : null);
}

const link = (name) => el("a", { href: `#/dataset/${encodeURIComponent(name)}` }, name);

export const showCatalogue = onChange((datasets) => {
  const folders = [...new Set(datasets.map((one) => one.pipeline))];
  const open = new Set([...byId("catalogue").querySelectorAll("details[open]")].map((one) => one.dataset.folder));
  byId("catalogue").replaceChildren(el("p", { class: "note" },
    `${number(datasets.length)} tables and views that people use. One HTML file of it all: `, el("code", { class: "command" }, "make catalogue")),
  ...folders.map((folder) => {
    const own = datasets.filter((one) => one.pipeline === folder);
    const tables = own.filter((one) => one.kind === "table").length;
    return el("details", { "data-folder": folder, open: open.has(folder) }, el("summary", {}, el("strong", {}, folder), ` ${count(tables, "table")}, ${count(own.length - tables, "view")}`),
      table(own, [
        { name: "Dataset", of: (one) => link(one.dataset) }, { name: "One row is", of: (one) => one.oneRowIs },
        { name: "Rows, about", number: true, of: (one) => number(one.rows) },
        { name: "Newest load", of: (one) => freshness(one, datasets) }, { name: "Owner", of: (one) => one.owner }], `Datasets of ${folder}`));
  }));
});

/** The stations before or behind it, in the order in which data pass them. */
function way(links, from, forward) {
  const next = (name) => links.filter((one) => (forward ? one.from : one.to) === name).map((one) => (forward ? one.to : one.from));
  const steps = [];
  const seen = new Set([from]);
  for (let step = next(from); step.length > 0; step = [...new Set(step.flatMap(next))].filter((name) => !seen.has(name))) {
    step.forEach((name) => seen.add(name));
    steps.push([...new Set(step)]);
  }
  return forward ? steps : steps.reverse();
}

function station(name) {
  const [kind, ...rest] = name.split(":");
  const text = rest.join(":");
  return el("li", {}, el("small", {}, kind), kind === "dataset" ? link(text) : el("code", {}, text));
}

function lineage(dataset) {
  const self = `dataset:${dataset.dataset}`;
  const steps = [...way(dataset.lineage.upstream, self, false), [self], ...way(dataset.lineage.downstream, self, true)];
  return el("ol", { class: "lineage", "aria-label": `Way of the data through ${dataset.dataset}` }, steps.map((step) =>
    el("li", {}, el("ul", {}, step.map((name) => (name === self
      ? el("li", { class: "here", "aria-current": "true" }, el("small", {}, dataset.kind), el("strong", {}, dataset.dataset)) : station(name)))))));
}

/** { rule, column, …, line } as words. */
function condition({ rule, column, line, severity, ...rest }) {
  return el("li", {}, el("strong", {}, rule.replaceAll("_", " ")), column ? [" of ", el("code", {}, column)] : "",
    Object.entries(rest).filter(([, value]) => typeof value !== "object").map(([name, value]) => ` ${name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)} ${value}`).join(","),
    severity === "warning" ? " (a warning)" : "");
}

/** The page of one; null if there is none. */
export function datasetPage(name, datasets, quality) {
  const one = datasets.find((each) => each.dataset === name);
  if (!one) {
    return null;
  }
  const facts = [["One row is", one.oneRowIs], ["For", one.purpose], ["To be used like this", one.usage], ["Not to be expected", one.limitations],
    ["Owner", one.owner], ["From", one.source], ["Schedule", one.schedule ? schedule(one.schedule) : null],
    ["Newest load", freshness(one, datasets)], ["Rows, about", one.rows === null ? null : number(one.rows)],
    ["Written, 24 h", one.written24h === null ? null : number(one.written24h)], ["Rejected, 24 h", one.rejected24h === null ? null : number(one.rejected24h)],
    ["Described in", el("code", {}, one.file)], ["Version", `${one.version}, ${one.status}`]].filter(([, value]) => value);
  return [
    el("h2", {}, one.title), el("p", {}, el("code", {}, one.dataset), ` is a ${one.kind}. `, sentence(one.description)),
    el("dl", { class: "facts" }, facts.flatMap(([term, value]) => [el("dt", {}, term), el("dd", {}, value)])),
    el("section", {}, el("h3", {}, "Where it comes from and who reads it"), lineage(one)),
    el("section", {}, el("h3", {}, "Columns"), table(one.columns, [
      { name: "Column", of: (column) => [el("code", {}, column.name), column.primaryKey ? " key" : ""] }, { name: "Type", of: (column) => column.type },
      { name: "Meaning", of: (column) => el("span", { class: "wide" }, column.description, column.allowedValues.length ? `; one of ${column.allowedValues.join(", ")}` : "") },
      { name: "Unit", of: (column) => column.unit || "–" }, { name: "Sensitivity", of: (column) => column.classification || "–" },
      { name: "May be missing", of: (column) => (column.required ? "no" : "yes") }], `Columns of ${one.dataset}`)),
    el("section", {}, el("h3", {}, "What has to hold"), quality.length ? checksOf(quality) : one.checks.length
      ? el("ul", { class: "conditions" }, one.checks.map(condition)) : el("p", { class: "empty" }, "No check is declared.")),
  ];
}
