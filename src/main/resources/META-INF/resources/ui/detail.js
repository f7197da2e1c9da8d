// One pipeline, run, sensor or dead letter, each under an address of its own that can be passed on.
import { bars as runBars } from "./bars.js";
import { datasetPage } from "./catalogue.js";
import { lines, table } from "./charts.js";
import { byId, clock, el, refreshTimes, time } from "./dom.js";
import { diagram } from "./diagram.js";
import { changes, guarantee } from "./guarantee.js";
import { operations } from "./operations.js";
import { clearSource, source } from "./panel.js";
import { version } from "./routes.js";
import { duration, mark, number, plainly, schedule, sentence, SIGNS, stateOf, times, utc } from "./words.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** What the page shown was made of, and as of when. */
const made = { of: [], at: null };

async function rows(path) {
  made.of.push(path);
  const answer = await fetch(`/api/${path}`, { signal: AbortSignal.timeout(10_000) });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Error(body.error ?? `${path} answered ${answer.status}`);
  }
  if (body.asOf) {
    clock.set(body.asOf);
    made.at = body.asOf;
  }
  return body.rows;
}

/** Long and slow to change, so asked once a minute. */
const kept = { datasets: null, at: -Infinity, asOf: null };

async function catalogue() {
  if (performance.now() - kept.at > MINUTE) {
    kept.datasets = await rows("catalogue");
    kept.at = performance.now();
    kept.asOf = made.at;
  } else {
    made.of.push("catalogue");
    made.at = kept.asOf;
  }
  return kept.datasets;
}

/** No checks where the hub has none. */
async function checks(dataset) {
  made.of.push("quality");
  const answer = await fetch("/api/quality", { signal: AbortSignal.timeout(10_000) });
  return answer.ok ? (await answer.json()).rows.filter((check) => check.dataset === dataset) : [];
}

function facts(pairs) {
  return el("dl", { class: "facts" }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== "")
    .flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function state(word) {
  return el("span", { "data-mark": mark(word) }, el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[mark(word)]), " ", word);
}

const COUNTS = ["read", "inserted", "updated", "unchanged", "rejected"];
const titled = (word) => word[0].toUpperCase() + word.slice(1);

function runTable(runs) {
  return table(runs, [
    { name: "Started", of: (run) => el("a", { href: `#/run/${run.run_id}` }, time(run.started_at)) },
    { name: "State", of: (run) => state(run.state) }, { name: "Why", of: (run) => run.cause },
    ...COUNTS.map((column) => ({ name: titled(column), number: true, of: (run) => number(run[column]) })),
    { name: "Took", number: true, of: (run) => duration(run.duration_ms) }, { name: "Reason", of: (run) => run.error_message ?? "" }], "Runs");
}

const CATCH_UP = { once: "once for all of them", all: "each of them", none: "not at all" };

function missedTable(missed) {
  return missed.length === 0 ? null : [el("h3", {}, "Missed runs"), table(missed, [
    { name: "Due first", of: (row) => time(row.first_due_at) }, { name: "Due last", of: (row) => time(row.last_due_at) },
    { name: "Times", number: true, of: (row) => number(row.times) }, { name: "Caught up", of: (row) => CATCH_UP[row.catch_up] },
    { name: "Why", of: (row) => row.reason }], "Missed runs")];
}

function letterTable(letters) {
  return letters.length === 0 ? el("p", { class: "empty" }, "Nothing waits here.") : table(letters, [
    { name: "Number", number: true, of: (letter) => el("a", { href: `#/dead-letter/${letter.dead_letter_id}` }, String(letter.dead_letter_id)) },
    { name: "Reason", of: (letter) => el("code", {}, letter.code) }, { name: "Message", of: (letter) => letter.message },
    { name: "Seen", number: true, of: (letter) => number(letter.times_seen) }, { name: "Last", of: (letter) => time(letter.last_seen_at) }], "Dead letters");
}

const PAGES = {
  async pipeline(name) {
    const path = `pipeline/${encodeURIComponent(name)}`;
    const [[pipeline], runs, letters, routes, missed, guarantees, streams, versions] = await Promise.all([
      rows(path), rows(`${path}/runs`), rows(`${path}/dead-letters`), rows(`${path}/routes`), rows("missed-runs"), rows("guarantees"),
      ["community", "community-changes"].includes(name) ? rows("community-changes") : [], rows("routes")]);
    if (!pipeline) {
      return missing(`There is no pipeline ${name}`);
    }
    const main = routes.find((route) => route.route === pipeline.route) ?? routes[0];
    return [
      el("h2", {}, pipeline.pipeline, " ", state(stateOf(pipeline))),
      pipeline.reason ? el("p", { class: "reason", "data-mark": mark(stateOf(pipeline)) }, sentence(pipeline.reason)) : null,
      operations(pipeline),
      el("section", {}, el("h3", {}, "In plain words"),
        el("p", {}, sentence(pipeline.title), " ", pipeline.kind === "stream" ? "It reads all the time." : `It runs ${schedule(pipeline.schedule, pipeline.time_zone)}.`,
          ` In 24 hours it read ${number(pipeline.read_24h)} records, wrote ${number(pipeline.written_24h)} and put ${number(pipeline.rejected_24h)} aside.`),
        ...(main?.notes ?? []).map(([word, text]) => el("p", {}, el("strong", {}, { In: "It takes ", Out: "It gives ", Fails: "When something fails: " }[word] ?? word), sentence(plainly(text))))),
      guarantee(guarantees.filter((row) => row.pipeline === name)), changes(streams),
      el("section", {}, el("h3", {}, "Last runs"), runBars(pipeline.pipeline, runs), runTable([...runs].reverse()),
        missedTable(missed.filter((row) => row.pipeline === pipeline.pipeline))),
      el("section", {}, el("h3", {}, "Its routes, as they run"),
        ...routes.map((route) => el("figure", {}, el("figcaption", {}, el("code", {}, route.route), " ", route.description ?? "", el("small", {}, route.at), version(route.route, versions)),
          diagram(route)))),
      el("section", {}, el("h3", {}, "Technically"), facts([
        ["Route", el("code", {}, pipeline.route)], ["Kind", pipeline.kind],
        ["Schedule", pipeline.schedule ? [el("code", {}, pipeline.schedule), " ", pipeline.time_zone] : "a stream"],
        ["Next runs", pipeline.next_runs ? pipeline.next_runs.map(utc).join(", ") : null], ["Paused", pipeline.paused_at ? [time(pipeline.paused_at), ` by ${pipeline.paused_by}`] : null],
        ["Missed runs are caught up", CATCH_UP[pipeline.catch_up]], ["Runs", pipeline.may_overlap === null ? null : pipeline.may_overlap ? "may overlap" : "never overlap"],
        ["Success, 24 h", pipeline.success_24h_percent === null ? "–" : `${pipeline.success_24h_percent} %`], ["Median", duration(pipeline.median_24h_ms)],
        ["Difference, 24 h", number(pipeline.difference_24h)], ["Landed and not loaded", number(pipeline.pending_objects)],
        ["From a terminal", pipeline.kind === "stream" ? null : el("code", { class: "command" }, `make run|pause|resume PIPELINE=${pipeline.pipeline}`)]])),
      el("section", {}, el("h3", {}, "Dead letter"), letterTable(letters),
        letters.length ? el("p", {}, "Load again with ", el("code", { class: "command" }, `make replay PIPELINE=${pipeline.pipeline}`)) : null),
    ];
  },

  async run(id) {
    const [[run], loads] = await Promise.all([rows(`run/${id}`), rows(`run/${id}/loads`)]);
    return !run ? missing("There is no such run") : [
      el("h2", {}, "Run of ", el("a", { href: `#/pipeline/${run.pipeline}` }, run.pipeline), " ", state(run.state)),
      run.error_message ? el("p", { class: "reason", "data-mark": "bad" }, el("code", {}, run.error_code), " ", sentence(run.error_message)) : null,
      facts([["Run", el("code", {}, run.run_id)], ["Route", el("code", {}, run.route)], ["Why", run.cause], ["Began", utc(run.started_at)],
        ["Took", duration(run.duration_ms)], ...COUNTS.map((column) => [titled(column), number(run[column])]), ["Process", run.node]]),
      el("h3", {}, "Loads"),
      loads.length === 0 ? el("p", { class: "empty" }, "It loaded nothing.") : table(loads, [
        { name: "Table", of: (load) => el("code", {}, load.dataset) }, { name: "From", of: (load) => el("code", {}, load.raw_object ?? `${number(load.batches)} batches`) },
        ...COUNTS.map((column) => ({ name: titled(column), number: true, of: (load) => number(load[column]) }))], "Loads of this run"),
    ];
  },

  async dataset(name) {
    const [datasets, quality] = await Promise.all([catalogue(), checks(name)]);
    return datasetPage(name, datasets, quality) ?? missing(`There is no dataset ${name}`);
  },

  async sensor(id) {
    const name = encodeURIComponent(id);
    const [[sensor], means] = await Promise.all([rows(`sensor/${name}`), rows(`sensor/${name}/means`)]);
    const points = means.map((row) => ({ at: Date.parse(row.minute_at), value: Number(row.mean) })).sort((a, b) => a.at - b.at);
    const to = clock.now();
    return !sensor ? missing(`There is no sensor ${id}`) : [
      el("h2", {}, sensor.sensor_id), facts([["What", sensor.description ?? "not in the sensor list"], ["Latest", `${sensor.value} ${sensor.unit ?? ""}`],
        ["Measured", time(sensor.measured_at)], ["Place", sensor.latitude === null ? null : `${sensor.latitude}, ${sensor.longitude}`]]),
      el("h3", {}, "1-minute means, last 24 hours"),
      points.length < 2 ? el("p", { class: "empty" }, "Two minutes with readings make a line.") : lines([{ name: sensor.unit ?? "", points }], {
        label: `1-minute means of ${sensor.sensor_id}`, from: Math.max(points[0].at, to - 24 * HOUR), to, gapMs: 90_000, format: (value) => value.toFixed(1) }),
      el("h3", {}, "As a table, last hour"), table(means.slice().sort((a, b) => b.minute_at.localeCompare(a.minute_at)).slice(0, 60), [
        { name: "Minute", of: (row) => utc(row.minute_at) },
        ...["mean", "min", "max"].map((column) => ({ name: titled(column), number: true, of: (row) => `${row[column]} ${sensor.unit ?? ""}` })),
        { name: "Readings", number: true, of: (row) => number(row.readings) }], "1-minute means of the last hour"),
    ];
  },

  async "dead-letter"(id) {
    const [letter] = await rows(`dead-letter/${id}`);
    return !letter ? missing("It does not wait any more, or there is no such dead letter") : [
      el("h2", {}, `Dead letter ${letter.dead_letter_id} of `, el("a", { href: `#/pipeline/${letter.pipeline}` }, letter.pipeline)),
      el("p", {}, sentence(letter.message)),
      facts([["Reason", el("code", {}, letter.code)], ["Rejected first", time(letter.rejected_at)], ["Delivered last", time(letter.last_seen_at)],
        ["Delivered", times(letter.times_seen)], ["Replayed in vain", letter.replays === 0 ? "never" : times(letter.replays)],
        ["Run", el("a", { href: `#/run/${letter.run_id}` }, el("code", {}, letter.run_id))]]),
      el("p", {}, "Its content is for operators: ", el("code", { class: "command" }, `select payload from ops.dead_letter where dead_letter_id = ${letter.dead_letter_id}`)),
      el("p", {}, "Write a corrected record into ", el("code", {}, "repaired"), ", then ", el("code", { class: "command" }, `make replay PIPELINE=${letter.pipeline}`)),
    ];
  },
};

function missing(text) {
  return [el("h2", {}, text), el("p", {}, el("a", { href: "#" }, "To the overview"))];
}

/** What the address asks for: null for the overview. */
export function asked() {
  const match = /^#\/([a-z-]+)\/(.+)$/.exec(location.hash);
  return match && PAGES[match[1]] ? { page: match[1], id: decodeURIComponent(match[2]) } : null;
}

let drawn = "";
let drawnFor = "";

/** Shows it, or the overview; drawn anew only if it is another or something has changed. */
export async function showDetail() {
  const wanted = asked();
  const box = byId("detail");
  byId("overview").hidden = wanted !== null;
  box.hidden = wanted === null;
  if (!wanted) {
    drawn = "";
    return;
  }
  made.of = [];
  const content = (await PAGES[wanted.page](wanted.id)).flat().filter(Boolean);
  const fresh = el("div", {}, ...content);
  const text = location.hash + fresh.textContent.replace(/\d+ (s|min) ago|in \d+:\d+/g, "");
  if (text !== drawn) {
    const moved = drawn === "" || drawnFor !== location.hash;
    drawn = text;
    drawnFor = location.hash;
    if (moved) {
      clearSource(box);
    }
    const reachable = () => [...box.querySelectorAll(".content a, .content button, .content summary, .content [tabindex]")];
    const focused = reachable().indexOf(document.activeElement);
    box.querySelector(".content").replaceChildren(fresh);
    if (!moved && focused >= 0) {
      reachable()[focused]?.focus({ preventScroll: true });
    }
    if (moved) {
      box.querySelector(".back").focus({ preventScroll: true });
      scrollTo(0, 0);
    }
  }
  if (made.at) {
    source(box, made.of, made.at);
  }
  refreshTimes();
}
