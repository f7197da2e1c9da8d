// The answer to "is everything all right?" in one sentence, then cause, next try and what is at risk.
import { byId, el, onChange, time } from "./dom.js";
import { count, mark, sentence, SIGNS, stateOf } from "./words.js";

const SAYS = {
  failing: (name) => `${name} is failing`,
  missed: (name) => `${name} missed a run`,
  waiting: (name) => `${name} waits for its first run`,
  unbalanced: (name) => `The book of ${name} does not balance`,
  empty: (name) => `${name} runs, but its source had no records`,
};

/** The sentence and its mark. */
export function judge(all) {
  // One that has not had its first run yet says nothing, unless there are no others.
  const begun = all.filter((pipeline) => stateOf(pipeline) !== "waiting");
  const pipelines = begun.length > 0 ? begun : all;
  const bad = pipelines.filter((pipeline) => mark(stateOf(pipeline)) === "bad");
  const open = pipelines.filter((pipeline) => mark(stateOf(pipeline)) === "none");
  const total = pipelines.length;
  if (total === 0) {
    return { mark: "none", text: "There are no pipelines yet", troubled: [] };
  }
  if (begun.length === 0 && total > 1) {
    return { mark: "none", text: `${total} pipelines wait for their first run`, troubled: [] };
  }
  if (bad.length === 1 || (bad.length === 0 && open.length === 1)) {
    const one = bad[0] ?? open[0];
    const others = total === 1 || open.some((pipeline) => pipeline !== one) ? ""
      : `, the other ${total === 2 ? "one is" : `${total - 1} are`} healthy`;
    return { mark: mark(stateOf(one)), text: SAYS[stateOf(one)](one.pipeline) + others, troubled: bad };
  }
  if (bad.length > 0) {
    const how = bad.every((pipeline) => stateOf(pipeline) === "failing") ? "are failing" : "need attention";
    return { mark: "bad", text: `${bad.length} of ${total} pipelines ${how}`, troubled: bad };
  }
  if (open.length > 0) {
    return { mark: "none", text: `${total - open.length} of ${total} pipelines are healthy, the others have no records yet`, troubled: [] };
  }
  return { mark: "ok", text: total === 1 ? `The pipeline ${pipelines[0].pipeline} is healthy` : `All ${total} pipelines are healthy`, troubled: [] };
}

/** What is not in its table yet; empty when everything is. */
function waits(pipelines) {
  const sum = (column) => pipelines.reduce((total, pipeline) => total + pipeline[column], 0);
  const phrase = (many, what, where) => many === 0 ? null : `${count(many, what)} ${many === 1 ? "waits" : "wait"} ${where}`;
  return [
    phrase(sum("pending_objects"), "landed answer", "to be loaded"),
    phrase(sum("open_dead_letters"), "record", "in the dead letter"),
  ].filter((part) => part !== null).join(", ");
}

function trouble(pipeline, alone) {
  const waiting = waits([pipeline]);
  return el("p", {},
    alone ? null : el("strong", {}, pipeline.pipeline + ": "),
    sentence(pipeline.reason),
    pipeline.difference_24h === 0 ? null : ` In 24 hours what was read and what became of it differ by ${count(Math.abs(pipeline.difference_24h), "record")}.`,
    " Last success ", pipeline.last_success_at ? time(pipeline.last_success_at) : "never",
    ", next try ", time(pipeline.next_run_at, "countdown"), ". What was stored or landed is kept",
    waiting ? `; ${waiting}.` : ".");
}

/** What the tab says while the numbers are fresh. */
let tab = { mark: "none", text: "connecting" };

/** The tab carries the mark for those who are elsewhere; old numbers are no reason for a good one. */
export function showTab(stale) {
  const { mark: kind, text } = stale ? { mark: "none", text: "stale" } : tab;
  document.title = `${SIGNS[kind]} ${kind === "ok" ? "Serai" : `${text} · Serai`}`;
  byId("icon").href = `icon-${kind}.svg`;
}

export const showHeadline = onChange((pipelines) => {
  const verdict = judge(pipelines);
  const headline = byId("headline");
  if (headline.textContent !== SIGNS[verdict.mark] + " " + verdict.text) {
    headline.dataset.mark = verdict.mark;
    headline.replaceChildren(el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[verdict.mark]), " " + verdict.text);
    tab = verdict;
  }
  byId("cause").replaceChildren(...(verdict.troubled.length > 0
    ? verdict.troubled.map((pipeline) => trouble(pipeline, verdict.troubled.length === 1))
    : [el("p", {}, calm(pipelines))]));
});

function calm(pipelines) {
  if (pipelines.length === 1 && pipelines[0].state === "waiting" && pipelines[0].next_run_at) {
    return ["It begins ", time(pipelines[0].next_run_at, "countdown"), "."];
  }
  const first = pipelines.filter((pipeline) => pipeline.state === "waiting").map((pipeline) => pipeline.pipeline);
  const written = pipelines.reduce((sum, pipeline) => sum + pipeline.written_24h, 0);
  return [`${count(written, "row")} written in 24 hours, ${waits(pipelines) || "nothing waits"}.`,
    first.length === 0 ? "" : ` No run yet: ${first.join(", ")}.`];
}
