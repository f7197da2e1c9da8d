// Asks the hub how it is, and shows the answers.
//
// One loop, three cadences: state every 5 s, sensors every 15 s, what changes slowly every minute, users also when users has run. It
// rests while nobody looks, waits longer after each failure, and never blanks what it knows.
import { showArchive } from "./archive.js";
import { showNodes } from "./nodes.js";
import { showLegend } from "./bars.js";
import { showCatalogue } from "./catalogue.js";
import { showInvoices, showMessages, showPlans, showSignUps } from "./community.js";
import { showDeadLetters } from "./dead-letters.js";
import { asked, showDetail } from "./detail.js";
import { byId, clock, refreshTimes, time } from "./dom.js";
import { showHeadline, showTab } from "./headline.js";
import { source } from "./panel.js";
import { showPipelines } from "./pipelines.js";
import { showAlerts, showQuality } from "./quality.js";
import { showFindings, showRoutes } from "./routes.js";
import { showCoverage, showLatest, showMeans } from "./sensors.js";
import { showFigures, showPositions, showUsers } from "./users.js";
import { sentence } from "./words.js";

const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const TIME_OUT_MS = 10_000;
const MISSES_UNTIL_STALE = 3;
const MINUTE_MS = 60_000;

/** Endpoints by how often they are asked. A panel whose endpoint is not there any more leaves the page. */
const CADENCES = [
  { everyMs: 0, endpoints: ["headline", "pipelines", "runs", "dead-letters", "route-findings", "sensors-latest"] },
  { everyMs: 15_000, endpoints: ["sensors-last-hour", "guarantees", "community-changes", "routes"] },
  // Users change only when users has run.
  { everyMs: MINUTE_MS, endpoints: ["users-total", "newest-users", "user-positions"] },
  { everyMs: MINUTE_MS, endpoints: ["community-sign-ups", "community-clock", "community-a-b", "community-plans",
    "community-messages-per-user", "community-messages-per-group", "community-invoices", "archive", "quality", "quality-history", "alerts", "nodes"] },
  { everyMs: 10 * MINUTE_MS, endpoints: ["catalogue"] },
];

/** The newest rows of each endpoint, and those that do not exist. */
const known = {};
const absent = new Set();
const askedAt = CADENCES.map(() => -Infinity);
let misses = 0;
let lastSeen = null;
let usersRun = null;
let timer = null;
let asking = false;

/** The hub answered, and said why it cannot tell. */
class Refused extends Error {}

async function ask(endpoint) {
  const answer = await fetch(`/api/${endpoint}`, { signal: AbortSignal.timeout(TIME_OUT_MS) });
  if (answer.status === 404) {
    absent.add(endpoint);
    return;
  }
  absent.delete(endpoint);
  const body = await answer.json();
  if (!answer.ok) {
    throw new Refused(body.error ?? `${endpoint} answered ${answer.status}`);
  }
  known[endpoint] = body.rows;
  if (body.asOf) {
    clock.set(body.asOf);
    lastSeen = body.asOf;
    for (const panel of document.querySelectorAll(`[data-endpoints~="${endpoint}"]`)) {
      if (panel.dataset.endpoints.split(" ")[0] === endpoint) {
        source(panel, panel.dataset.endpoints.split(" "), body.asOf);
      }
    }
  }
}

/** Draws with the rows of some endpoints, once all of them are known. */
function draw(endpoints, show) {
  if (endpoints.every((endpoint) => known[endpoint])) {
    show(...endpoints.map((endpoint) => known[endpoint]));
  }
}

function show() {
  const minute = Math.floor(clock.now() / MINUTE_MS) * MINUTE_MS;
  draw(["headline"], ([headline]) => showHeadline(headline));
  draw(["pipelines", "runs"], (pipelines, runs) => showPipelines(pipelines, runs, known.guarantees ?? [], known["community-changes"] ?? []));
  draw(["route-findings"], showFindings);
  draw(["routes"], showRoutes);
  draw(["dead-letters"], showDeadLetters);
  draw(["newest-users", "users-total", "user-positions"], (newest, [total], positions) => {
    const users = known.pipelines?.find((pipeline) => pipeline.pipeline === "users");
    const next = users ? { next_run_at: users.next_run_at } : null;
    showFigures(total, next, known.runs ?? []);
    showUsers(newest, newest.length === 0 ? next : null);
    showPositions(positions);
  });
  draw(["sensors-latest"], showLatest);
  draw(["sensors-last-hour"], showMeans);
  draw(["sensors-last-hour"], showCoverage);
  draw(["community-sign-ups", "community-clock"], (rows, [now]) => showSignUps(rows, now));
  draw(["community-a-b", "community-plans"], showPlans);
  draw(["community-messages-per-user", "community-messages-per-group"], showMessages);
  draw(["community-invoices"], showInvoices);
  draw(["archive"], showArchive);
  draw(["quality", "quality-history"], (checks, scores) => showQuality(checks, scores,
    (known.pipelines ?? []).filter(({ pipeline }) => pipeline === "quality").map(({ pipeline, next_run_at }) => ({ pipeline, next_run_at }))));
  draw(["alerts"], showAlerts);
  draw(["nodes"], showNodes);
  draw(["catalogue"], (datasets) => showCatalogue(datasets, minute));
  for (const panel of document.querySelectorAll("[data-endpoints]")) {
    panel.hidden = panel.dataset.endpoints.split(" ").every((endpoint) => absent.has(endpoint));
  }
}

/** Asks each; the first failure, if any, after all have answered. */
async function askAll(endpoints) {
  const failed = (await Promise.allSettled(endpoints.map(ask))).find((answer) => answer.status === "rejected");
  if (failed) {
    throw failed.reason;
  }
}

async function round() {
  try {
    for (const [i, cadence] of CADENCES.entries()) {
      const run = known.pipelines?.find((pipeline) => pipeline.pipeline === "users")?.last_run_id;
      const brought = cadence.endpoints.includes("newest-users") && run !== usersRun;
      if (brought || performance.now() - askedAt[i] >= cadence.everyMs) {
        await askAll(cadence.endpoints);
        askedAt[i] = performance.now();
        usersRun = cadence.endpoints.includes("newest-users") ? run : usersRun;
        show();
      }
    }
    await showDetail();
    misses = 0;
    showLive();
  } catch (failure) {
    misses++;
    showMissed(failure);
  }
  show();
  showTab(misses >= MISSES_UNTIL_STALE);
  refreshTimes();
}

function showLive() {
  byId("notice").hidden = true;
  document.body.classList.remove("stale");
  byId("live").dataset.state = "live";
  byId("live").replaceChildren("live · updated ", time(lastSeen));
}

function showMissed(failure) {
  const stale = misses >= MISSES_UNTIL_STALE;
  document.body.classList.toggle("stale", stale);
  byId("live").dataset.state = stale ? "stale" : "missed";
  byId("notice").hidden = false;
  byId("notice").textContent = failure instanceof Refused ? sentence(failure.message) : "The hub does not answer; this page keeps asking.";
  byId("live").replaceChildren(
    stale ? "stale" : "no answer", lastSeen ? ", last seen " : ", nothing seen yet", lastSeen ? time(lastSeen) : "");
}

async function loop() {
  clearTimeout(timer);
  if (document.hidden || asking) {
    return;
  }
  asking = true;
  await round();
  asking = false;
  const pause = Math.min(LONGEST_PAUSE_MS, PAUSE_MS * 2 ** Math.max(0, misses - 1));
  timer = setTimeout(loop, pause);
}

showLegend();
byId("overview").hidden = asked() !== null;
setInterval(refreshTimes, 1000);
document.addEventListener("visibilitychange", loop);
addEventListener("hashchange", loop);
addEventListener("operated", loop);
byId("explanation").addEventListener("click", (event) => event.target === byId("explanation") && byId("explanation").close());
loop();
