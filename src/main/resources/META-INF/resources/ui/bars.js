// The last 40 runs of a pipeline: one bar a run, its height the duration, its look the outcome.
import { byId, el, svg } from "./dom.js";
import { duration, mark, number, utc } from "./words.js";

export const SLOTS = 40;
const STEP = 6;
const WIDTH = 4;
const HEIGHT = 32;
const LEAST = 4;

/** What happened in a run, for the tip. */
export function tell(run) {
  const outcome = run.state === "running" ? "running" : `${run.state} after ${duration(run.duration_ms)}`;
  const counts = run.read > 0
    ? ` · ${number(run.read)} read, ${number(run.inserted)} new, ${number(run.updated)} changed, ${number(run.unchanged)} unchanged, ${number(run.rejected)} rejected`
    : "";
  return `${utc(run.started_at)} · ${outcome}${counts}${run.error_message ? ` · ${run.error_message}` : ""}`;
}

export function summary(runs) {
  const bad = runs.filter((run) => mark(run.state) === "bad").length;
  return runs.length === 0 ? "no runs yet" : `${bad} of ${runs.length} failed`;
}

/** One bar, standing on the ground at x. */
function bar(state, x, height) {
  const top = HEIGHT - height;
  const box = (attributes) => svg("rect", { x, y: top, width: WIDTH, height, rx: 1, ...attributes });
  const outlined = { x: x + 0.5, y: top + 0.5, width: WIDTH - 1, height: Math.max(1, height - 1) };
  switch (state) {
    case "failed":
      return box({ ...outlined, class: "failed", fill: "url(#hatch)" });
    case "interrupted": // broken off: a stump with a gap under its top
      return svg("g", { class: "interrupted" },
        svg("rect", { x: x + 0.5, y: HEIGHT - height / 2 + 2, width: WIDTH - 1, height: Math.max(1, height / 2 - 2.5) }),
        svg("path", { d: `M${x} ${top + 1}h${WIDTH}` }));
    case "empty":
      return box({ ...outlined, class: "hollow" });
    case "running":
      return box({ ...outlined, class: "running" });
    default:
      return box({ class: "done" });
  }
}

/** Measured by the runs that went well, and by the root: one slow run must not make the others invisible. */
function heightOf(run, longest) {
  const share = run.duration_ms === null || longest === 0 ? 0.6 : Math.min(1, Math.sqrt(run.duration_ms / longest));
  return Math.max(mark(run.state) === "bad" ? 10 : LEAST, Math.round(share * (HEIGHT - 2)));
}

/** The bars of runs in order of time, the newest at the right; the label says it in words. */
export function bars(pipeline, runs) {
  const longest = Math.max(0, ...runs.filter((run) => mark(run.state) !== "bad").map((run) => run.duration_ms ?? 0));
  const missing = SLOTS - runs.length;
  const picture = svg("svg", {
    class: "bars", viewBox: `0 0 ${SLOTS * STEP - 2} ${HEIGHT}`, preserveAspectRatio: "xMinYMid", role: "img", tabindex: "0",
    "aria-label": `Last runs of ${pipeline}: ${summary(runs)}`,
  });
  for (let slot = 0; slot < missing; slot++) {
    picture.append(svg("rect", { class: "missing", x: slot * STEP, y: HEIGHT - 2, width: WIDTH, height: 2 }));
  }
  const places = runs.map((run, i) => {
    const x = (missing + i) * STEP;
    const place = svg("g", { class: "run" },
      svg("rect", { class: "reach", x: x - 1, y: 0, width: STEP, height: HEIGHT }),
      bar(run.state, x, heightOf(run, longest)));
    place.addEventListener("pointerenter", () => tips.show(place, tell(run)));
    picture.append(place);
    return place;
  });
  explore(picture, places, runs);
  return picture;
}

/** Pointer and arrow keys both reach every run. */
function explore(picture, places, runs) {
  let at = runs.length - 1;
  const show = () => places[at] && tips.show(places[at], tell(runs[at]));
  picture.addEventListener("pointerleave", () => tips.hide());
  picture.addEventListener("focus", () => picture.matches(":focus-visible") && show());
  picture.addEventListener("blur", () => tips.hide());
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -SLOTS, End: SLOTS }[event.key];
    if (step) {
      at = Math.min(runs.length - 1, Math.max(0, at + step));
      show();
      event.preventDefault();
    } else if (event.key === "Escape") {
      tips.hide();
    }
  });
}

const tips = {
  box: null,
  show(place, text) {
    this.box ??= document.body.appendChild(el("div", { class: "tip", hidden: true }));
    this.hide();
    place.classList.add("here");
    this.box.textContent = text;
    this.box.hidden = false;
    const bar = place.getBoundingClientRect();
    const box = this.box.getBoundingClientRect();
    const left = Math.min(innerWidth - box.width - 8, Math.max(8, bar.left + bar.width / 2 - box.width / 2));
    const above = bar.top - box.height - 8;
    this.box.style.left = `${left + scrollX}px`;
    this.box.style.top = `${(above < 4 ? bar.bottom + 8 : above) + scrollY}px`;
  },
  hide() {
    document.querySelectorAll(".run.here").forEach((place) => place.classList.remove("here"));
    if (this.box) {
      this.box.hidden = true;
    }
  },
};

export function showLegend() {
  const entry = (state, word) => el("li", {},
    svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT / 2}`, "aria-hidden": "true" },
      svg("g", { transform: `translate(0 -${HEIGHT / 2})` }, bar(state, 0, HEIGHT / 2))), word);
  byId("legend").replaceChildren(
    el("li", {}, "Each bar is a run, taller took longer:"),
    entry("succeeded", "succeeded"), entry("empty", "source was empty"), entry("failed", "failed"),
    entry("interrupted", "interrupted"), entry("running", "running"));
}
