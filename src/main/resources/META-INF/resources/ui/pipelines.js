// How is each pipeline doing? One row each, its last runs as bars and, unfolded, as a table.
import { bars } from "./bars.js";
import { byId, cell, el, onChange, row, showRows, time } from "./dom.js";
import { duration, mark, number, schedule, sentence, SIGNS, stateOf } from "./words.js";

/** By name: what stays on the page while its numbers change, so that focus and unfolded details stay too. */
const drawn = new Map();

export const showPipelines = onChange((pipelines, runs) => {
  const table = byId("pipelines");
  showRows(table, byId("pipelines-empty"), pipelines.length > 0,
    "No pipeline is registered. The application registers them when it starts.");
  const names = new Set(pipelines.map((pipeline) => pipeline.pipeline));
  for (const [name, pipeline] of drawn) {
    if (!names.has(name)) {
      pipeline.body.remove();
      drawn.delete(name);
    }
  }
  for (const pipeline of pipelines) {
    if (!drawn.has(pipeline.pipeline)) {
      const made = draw(pipeline.pipeline);
      drawn.set(pipeline.pipeline, made);
      table.append(made.body);
    }
    const own = runs.filter((run) => run.pipeline === pipeline.pipeline);
    drawn.get(pipeline.pipeline).fill(pipeline, own);
  }
});

function draw(name) {
  const summaryRow = row({});
  const reason = el("p", { class: "reason" });
  const list = el("tbody");
  const details = el("details", {}, el("summary", {}, "Runs of ", name, " as a table"), runTable(name, list));
  const body = el("tbody", { role: "rowgroup" }, summaryRow,
    row({ class: "more" }, cell(null, { colspan: 9 }, reason, details)));
  const fillRuns = onChange((runs) => list.replaceChildren(...runs.map(runRow).reverse()));
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
    fill(pipeline, runs) {
      fillRuns(runs);
      fillBars(runs);
      const state = stateOf(pipeline);
      const kind = mark(state);
      const bad = pipeline.difference_24h !== 0;
      const running = runs.some((run) => run.state === "running");
      const numbers = [
        cell("Success, 24 h", { class: "number" }, pipeline.success_24h_percent === null ? "–" : `${pipeline.success_24h_percent} %`),
        cell("Written, 24 h", { class: "number" }, number(pipeline.written_24h)),
        cell("Rejected", { class: "number" }, number(pipeline.rejected_24h)),
        cell("Difference", { class: bad ? "number bad" : "number" }, bad ? `✕ ${number(pipeline.difference_24h)}` : "0"),
        cell("Median", { class: "number" }, duration(pipeline.median_24h_ms)),
        cell("Last run", { class: "number" }, time(pipeline.last_message_at ?? pipeline.last_run_at)),
      ];
      const cells = [
        el("th", { role: "rowheader", scope: "row", class: "name", "data-mark": kind },
          el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[kind]),
          el("span", {}, el("a", { href: `#/pipeline/${pipeline.pipeline}` }, pipeline.pipeline), " ", el("span", { class: "word" }, state)),
          el("small", {}, pipeline.title)),
        cell("Schedule", { class: "when" }, schedule(pipeline.schedule),
          el("small", {}, pipeline.kind === "stream" ? ["a bar a minute"] : running ? "running now" : pipeline.paused_at ? "paused" : ["next ", time(pipeline.next_run_at, "countdown")]),
          pipeline.missed_24h > 0 ? el("small", {}, `missed in 24 h: ${number(pipeline.missed_24h)}`) : null),
      ];
      [...summaryRow.children].filter((child) => child !== picture).forEach((child) => child.remove());
      if (!picture.isConnected) {
        summaryRow.append(picture);
      }
      picture.before(...cells);
      picture.after(...numbers);
      reason.textContent = pipeline.reason === null ? "" : sentence(pipeline.reason);
      reason.dataset.mark = kind;
      reason.hidden = pipeline.reason === null;
      details.hidden = runs.length === 0;
    },
  };
}

function runTable(name, list) {
  const heads = ["Started", "State", "Read", "New", "Changed", "Unchanged", "Rejected", "Took", "Reason"];
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": `Runs of ${name}` },
    el("table", {},
      el("thead", {}, el("tr", {}, heads.map((head, i) => el("th", { scope: "col", class: i > 1 && i < 8 && "number" }, head)))),
      list));
}

function runRow(run) {
  const counts = [run.read, run.inserted, run.updated, run.unchanged, run.rejected];
  const kind = mark(run.state);
  return el("tr", {},
    el("td", {}, time(run.started_at)),
    el("td", { "data-mark": kind }, el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[kind]), " ", run.state,
      run.cause === "schedule" ? null : el("small", {}, " ", run.cause)),
    counts.map((value) => el("td", { class: "number" }, number(value))),
    el("td", { class: "number" }, duration(run.duration_ms)),
    el("td", { class: "text" }, run.error_message ?? ""));
}
