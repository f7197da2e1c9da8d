// What every panel has: as of when, the numbers as JSON and CSV, and how they are computed.
import { byId, el, time } from "./dom.js";
import { timeOfDay, utc } from "./words.js";

/** Where the table of an answer is that is not the rows of a view; null where there is none. */
const TABLES = { "/api/catalogue": "/api/catalogue.csv" };

/** The line at the right of a panel's title; the first of the endpoints is the panel's own. */
export function source(panel, endpoints, asOf) {
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
  how.addEventListener("click", () => explain(endpoints));
  const [first] = endpoints;
  line.replaceChildren("as of ", el("time", { datetime: asOf, title: utc(asOf) }, timeOfDay(asOf)), " · ",
    el("a", { href: `/api/${first}` }, "JSON"), " · ",
    el("a", { href: TABLES[`/api/${first}`] ?? `/api/${first}?format=csv`, download: true }, "CSV"), " · ", how);
}

/** For a panel that is about to show something else. */
export function clearSource(panel) {
  const line = panel.querySelector(".source");
  line.replaceChildren();
  delete line.dataset.asOf;
}

/** Whether an address is one of those that a path with names in braces stands for. */
function fits(path, address) {
  const parts = path.split("/");
  const given = address.split("/");
  return parts.length === given.length && parts.every((part, i) => part === given[i] || part.startsWith("{"));
}

/** The view's SQL, its columns, and the route that answers, with file and line; asked when somebody wants to know. */
async function explain(endpoints) {
  const dialog = byId("explanation");
  const place = dialog.querySelector(".explained");
  place.replaceChildren(el("p", {}, "Asking."));
  dialog.showModal();
  try {
    const answer = await fetch("/api/explain", { signal: AbortSignal.timeout(10_000) });
    const { rows, others, error } = await answer.json();
    place.replaceChildren(...(answer.ok
      ? endpoints.flatMap((endpoint) => explanation(`/api/${endpoint}`, rows, others, endpoints.length === 1))
      : [el("p", {}, `${error}.`)]));
  } catch {
    place.replaceChildren(el("p", {}, "The hub does not answer."));
  }
}

function explanation(address, rows, others, alone) {
  const view = rows.find((row) => fits(row.endpoint, address));
  const route = view ?? others.find((row) => fits(row.endpoint, address));
  if (!route) {
    return [];
  }
  const csv = view ? `${address}?format=csv` : TABLES[address];
  return [el("section", {},
    el("h3", {}, route.question),
    el("p", {}, view ? ["View ", el("code", {}, view.view), ", answered by the route "] : "Computed by the route ", el("code", {}, route.route), " in ",
      el("code", {}, route.at), ": ", el("a", { href: address }, "JSON"), csv ? [", ", el("a", { href: csv, download: true }, "CSV")] : "", "."),
    view ? [el("details", { open: alone }, el("summary", {}, "Columns"),
      el("dl", { class: "columns" }, view.columns.flatMap((column) => [
        el("dt", {}, el("code", {}, column.name), " ", el("small", {}, column.type)), el("dd", {}, column.meaning ?? "")]))),
    el("details", { open: alone }, el("summary", {}, "SQL"), el("pre", {}, view.sql))] : [])];
}

/** A sentence for an empty panel, with the time at which there will be something, if that is known. */
export function soon(what, pipelines, name) {
  const next = pipelines?.find((pipeline) => pipeline.pipeline === name)?.next_run_at;
  return next ? [what, " The next run is ", time(next, "countdown"), "."] : [what];
}
