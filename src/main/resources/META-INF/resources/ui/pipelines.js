// How is each pipeline doing? What belongs together stands together: a row for each that carries data, one line for those that
// keep house. A housekeeper in trouble gets a row too.
import { bars } from "./bars.js";
import { byId, cell, el, onChange, row, showRows, time } from "./dom.js";
import { changesLine, guaranteeLine } from "./guarantee.js";
import { duration, mark, number, schedule, sentence, SIGNS, stateOf } from "./words.js";

const HOUSEKEEPING = /^(.+)-(archive|hours|list|partitions|reconcile|settle|test-restore)$/;
/** In the order of the questions further down; others follow by name. */
const ORDER = ["users", "ads", "sensors", "community"];
const COLUMNS = 8;
const LISTED_RUNS = 200;

/** By name: what stays on the page while its numbers change, so that focus stays too. */
const drawn = new Map();
const lists = new Map();

/** [{ name, main: [pipeline], upkeep: [pipeline] }]: a pipeline belongs to the shortest one whose name begins its own. */
export function groups(pipelines) {
  const names = pipelines.map((pipeline) => pipeline.pipeline).sort((a, b) => a.length - b.length);
  const found = new Map();
  for (const pipeline of pipelines) {
    const name = names.find((other) => pipeline.pipeline === other || pipeline.pipeline.startsWith(`${other}-`));
    const group = found.get(name) ?? { name, main: [], upkeep: [] };
    found.set(name, group);
    const keepsHouse = pipeline.pipeline !== name && HOUSEKEEPING.test(pipeline.pipeline) && mark(stateOf(pipeline)) !== "bad";
    (keepsHouse ? group.upkeep : group.main).push(pipeline);
  }
  const place = (group) => (ORDER.includes(group.name) ? ORDER.indexOf(group.name) : ORDER.length);
  return [...found.values()].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

export const showPipelines = onChange((pipelines, runs, guarantees, streams) => {
  const table = byId("pipelines");
  showRows(table, byId("pipelines-empty"), pipelines.length > 0,
    "No pipeline is registered. The application registers them when it starts.");
  const kept = new Set();
  const bodies = [];
  for (const group of groups(pipelines)) {
    group.main.forEach((pipeline, i) => {
      const name = pipeline.pipeline;
      kept.add(name);
      drawn.set(name, drawn.get(name) ?? draw(name));
      drawn.get(name).fill(pipeline, runs.filter((run) => run.pipeline === name),
        guarantees.filter((one) => one.pipeline === name), name === "community" ? streams : []);
      drawn.get(name).body.className = i === 0 ? "first" : "";
      bodies.push(drawn.get(name).body);
    });
    if (group.upkeep.length > 0) {
      lists.set(group.name, lists.get(group.name) ?? el("tbody", { role: "rowgroup", class: "upkeep" }));
      upkeep(lists.get(group.name), group);
      bodies.push(lists.get(group.name));
    }
  }
  [...drawn.keys()].filter((name) => !kept.has(name)).forEach((name) => drawn.delete(name));
  if (bodies.some((body, i) => table.tBodies[i] !== body) || table.tBodies.length !== bodies.length) {
    [...table.tBodies].forEach((body) => body.remove());
    table.append(...bodies);
  }
  listRuns(runs);
});

/** One line: each with its mark, and when it runs next. */
const filled = new Map();
function upkeep(body, group) {
  const text = JSON.stringify(group.upkeep.map((one) => [one.pipeline, one.state, one.reason, one.next_run_at, one.difference_24h]));
  if (filled.get(group.name) === text) {
    return;
  }
  filled.set(group.name, text);
  const items = group.upkeep.map((pipeline) => {
    const state = stateOf(pipeline);
    return el("li", { "data-mark": mark(state) },
      el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[mark(state)]), " ",
      el("a", { href: `#/pipeline/${pipeline.pipeline}`, title: `${pipeline.title}, ${schedule(pipeline.schedule, pipeline.time_zone)}` },
        pipeline.pipeline.slice(group.name.length + 1)),
      el("span", { class: "word" }, ` ${state}`, pipeline.next_run_at ? [", ", time(pipeline.next_run_at, "countdown")] : ""));
  });
  body.replaceChildren(row({}, cell(null, { colspan: COLUMNS }, el("div", {}, el("span", { class: "label" }, `Upkeep of ${group.name}`),
    el("ul", { "aria-label": `Upkeep of ${group.name}` }, items)))));
}

function draw(name) {
  const summaryRow = row({});
  const reason = el("p", { class: "reason" });
  const promise = el("p", { class: "promise" });
  const changes = el("p", { class: "promise" });
  const more = row({ class: "more" }, cell(null, { colspan: COLUMNS }, reason, promise, changes));
  const body = el("tbody", { role: "rowgroup" }, summaryRow, more);
  const picture = cell("Last 40 runs", { class: "runs" });
  const fillBars = onChange((runs) => {
    const focused = picture.contains(document.activeElement);
    picture.replaceChildren(bars(name, runs));
    if (focused) {
      picture.firstChild.focus();
    }
  });
  return {
    body,
    fill(pipeline, runs, guarantees, streams) {
      fillBars(runs);
      const state = stateOf(pipeline);
      const kind = mark(state);
      const bad = pipeline.difference_24h !== 0;
      const running = runs.some((run) => run.state === "running");
      const last = pipeline.last_message_at ?? pipeline.last_run_at;
      const next = pipeline.kind === "stream" ? null : running ? "running now" : pipeline.paused_at ? "paused" : pipeline.next_run_at ? ["next ", time(pipeline.next_run_at, "countdown")] : null;
      const numbers = [
        cell("Success, 24 h", { class: "number" }, pipeline.success_24h_percent === null ? "–" : `${pipeline.success_24h_percent} %`),
        cell("Written, 24 h", { class: "number" }, number(pipeline.written_24h)),
        cell("Rejected", { class: "number" }, number(pipeline.rejected_24h)),
        cell("Difference", { class: bad ? "number bad" : "number" }, bad ? `✕ ${number(pipeline.difference_24h)}` : "0"),
        cell("Median", { class: "number" }, duration(pipeline.median_24h_ms)),
      ];
      const cells = [
        el("th", { role: "rowheader", scope: "row", class: "name", "data-mark": kind },
          el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[kind]),
          el("span", {}, el("a", { href: `#/pipeline/${pipeline.pipeline}` }, pipeline.pipeline), " ", el("span", { class: "word" }, state))),
        cell("Schedule", { class: "when" }, pipeline.kind === "stream" ? "a stream, a bar a minute" : schedule(pipeline.schedule, pipeline.time_zone),
          el("small", {}, last ? ["last ", time(last)] : "none yet", next ? [", ", next].flat() : null),
          pipeline.missed_24h > 0 ? el("small", {}, `missed in 24 h: ${number(pipeline.missed_24h)}`) : null),
      ];
      const focused = document.activeElement?.closest?.("tr") === summaryRow && document.activeElement.tagName === "A";
      [...summaryRow.children].filter((child) => child !== picture).forEach((child) => child.remove());
      if (!picture.isConnected) {
        summaryRow.append(picture);
      }
      picture.before(...cells);
      picture.after(...numbers);
      if (focused) {
        summaryRow.querySelector("a").focus();
      }
      reason.textContent = pipeline.reason === null ? "" : sentence(pipeline.reason);
      reason.dataset.mark = kind;
      reason.hidden = pipeline.reason === null;
      say(promise, [sentence(pipeline.title), guaranteeLine(guarantees)].filter(Boolean).join(" "), guarantees.some((one) => one.warning));
      say(changes, changesLine(streams), streams.some((one) => one.state === "lost"));
      more.hidden = reason.hidden && promise.hidden && changes.hidden;
    },
  };
}

function say(place, text, bad) {
  place.hidden = text === null;
  place.textContent = text ?? "";
  place.dataset.mark = bad ? "bad" : "none";
}

function listRuns(runs) {
  const box = byId("runs");
  const newest = [...runs].sort((a, b) => b.started_at.localeCompare(a.started_at)).slice(0, LISTED_RUNS);
  box.hidden = newest.length === 0;
  box.querySelector("tbody").replaceChildren(...newest.map(runRow));
}

function runRow(run) {
  const counts = [run.read, run.inserted, run.updated, run.unchanged, run.rejected];
  const kind = mark(run.state);
  return el("tr", {},
    el("td", {}, run.pipeline),
    el("td", {}, time(run.started_at)),
    el("td", { "data-mark": kind }, el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[kind]), " ", run.state,
      run.cause === "schedule" ? null : el("small", {}, " ", run.cause)),
    counts.map((value) => el("td", { class: "number" }, number(value))),
    el("td", { class: "number" }, duration(run.duration_ms)),
    el("td", { class: "text" }, run.error_message ?? ""));
}
