// Can the data be trusted? What is wrong now, in a sentence each, then the score of each dataset with its last 30 days.
import { table } from "./charts.js";
import { byId, el, onChange, svg, time } from "./dom.js";
import { soon } from "./panel.js";
import { count, number, sentence } from "./words.js";

const DAYS = 30;
const STEP = 5;
const HEIGHT = 20;
const MARKS = { passed: ["ok", "✓"], warned: ["none", "!"], failed: ["bad", "✕"], broken: ["bad", "✕"], waiting: ["none", "–"] };

function verdict(state) {
  const [kind, sign] = MARKS[state] ?? ["none", "–"];
  return el("span", { "data-mark": kind }, el("span", { class: "mark", "aria-hidden": "true" }, sign), ` ${state}`);
}

/** What each check of one dataset said last. */
export function checksOf(checks) {
  return table(checks, [
    { name: "State", of: (check) => verdict(check.state) }, { name: "What it found", of: (check) => el("span", { class: "wide" }, sentence(check.says)) },
    { name: "About", of: (check) => check.dimension ?? "–" }, { name: "Has to be", of: (check) => check.threshold ?? "–" },
    { name: "Looked", of: (check) => (check.checked_at ? time(check.checked_at) : "not yet") },
    { name: "Declared in", of: (check) => el("code", {}, check.declared) }], "Checks");
}

function dayBefore(day, days) {
  return new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
}

/** A bar a day, the newest at the right; a day without a score has a line at the ground. */
function history({ dataset, day_on, score_percents }) {
  const words = score_percents.map((score, i) => ({ score, day: dayBefore(day_on, DAYS - 1 - i) }))
    .filter(({ score }) => score !== null).map(({ score, day }) => `${day} ${score}`).slice(-7).join(", ");
  return svg("svg", { class: "history", viewBox: `0 0 ${DAYS * STEP} ${HEIGHT}`, role: "img", "aria-label": `Score of ${dataset} by day: ${words || "none yet"}` },
    score_percents.map((score, i) => {
      const height = score === null ? 2 : Math.max(3, (score / 100) * HEIGHT);
      return svg("rect", { class: score === null ? "missing" : score === 100 ? "full" : "part", x: i * STEP, y: HEIGHT - height, width: STEP - 1, height });
    }));
}

function scoreTable(datasets, caption) {
  return table(datasets, [
    { name: "Dataset", of: (one) => el("a", { href: `#/dataset/${encodeURIComponent(one.dataset)}` }, one.dataset) },
    { name: "Score today", number: true, of: (one) => (one.score === null ? "no data" : `${one.score} of 100`) },
    { name: "Last 30 days", of: (one) => history(one) },
    { name: "Checks passed", number: true, of: (one) => `${number(one.passed)} of ${number(one.checks)}` }], caption);
}

/** Nothing found by checks that have not run is no good news. */
function summary(wrong, ran, all, pipelines) {
  if (ran === 0) {
    return soon(`None of ${number(all)} checks has run yet.`, pipelines, "quality");
  }
  const waiting = ran < all ? `; ${number(all - ran)} of ${number(all)} have not run yet` : "";
  return [`${count(wrong, "check finds", "checks find")} something wrong, of ${number(ran)} that ran${waiting}.`];
}

/** @param pipelines that of the checks, for when they run next */
export const showQuality = onChange((checks, scores, pipelines) => {
  const wrong = checks.filter((check) => ["failed", "broken", "warned"].includes(check.state));
  const ran = checks.filter((check) => check.state !== "waiting").length;
  const datasets = scores.map((one) => ({ ...one, score: one.score_percents.at(-1) }))
    .sort((a, b) => (a.score ?? 101) - (b.score ?? 101) || a.dataset.localeCompare(b.dataset));
  const below = datasets.filter((one) => one.score !== null && one.score < 100);
  const others = datasets.filter((one) => !below.includes(one));
  byId("quality").replaceChildren(
    checks.length === 0 ? el("p", { class: "empty" }, "No check is declared yet.") : el("p", {}, summary(wrong.length, ran, checks.length, pipelines)),
    wrong.length === 0 ? "" : el("ul", { class: "findings" }, wrong.map((check) => el("li", {}, verdict(check.state), " ",
      el("a", { href: `#/dataset/${encodeURIComponent(check.dataset)}` }, check.dataset), ": ", sentence(check.says)))),
    below.length === 0 ? "" : scoreTable(below, "Datasets below their full score"),
    others.length === 0 ? "" : el("details", { open: byId("quality").querySelector("details")?.open },
      el("summary", {}, `Full score, or no data to look at: ${count(others.length, "dataset")}`), scoreTable(others, "Other datasets")));
});

export const showAlerts = onChange((alerts) => {
  const open = alerts.filter((alert) => alert.state === "open");
  byId("alerts").replaceChildren(
    open.length === 0 ? el("p", { class: "empty" }, "Nothing is wrong now.") : el("ul", { class: "findings" }, open.map((alert) => el("li", {},
      verdict("failed"), " ", sentence(alert.says), el("small", {}, "since ", time(alert.opened_at), alert.telling_error ? `, could not be told: ${alert.telling_error}` : "")))),
    alerts.length === open.length ? "" : el("details", {}, el("summary", {}, `Over, in 7 days: ${number(alerts.length - open.length)}`),
      table(alerts.filter((alert) => alert.state !== "open"), [{ name: "What was wrong", of: (alert) => sentence(alert.says) },
        { name: "From", of: (alert) => time(alert.opened_at) }, { name: "To", of: (alert) => time(alert.closed_at) }], "Alerts that are over")));
});
