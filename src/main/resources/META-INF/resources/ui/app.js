// Asks the hub how it is, and shows the answers.
//
// One loop: pipelines, runs and dead letters every 5 s, users every 15 s or when a run has ended. It rests while nobody
// looks, waits longer after each failure, and never blanks what it knows.
import { showLegend } from "./bars.js";
import { showDeadLetters } from "./dead-letters.js";
import { byId, clock, el, refreshTimes, time } from "./dom.js";
import { showHeadline, showTab } from "./headline.js";
import { showPipelines } from "./pipelines.js";
import { showFigures, showPositions, showUsers } from "./users.js";
import { sentence, timeOfDay, utc } from "./words.js";

const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 60_000;
const USERS_PAUSE_MS = 15_000;
const TIME_OUT_MS = 10_000;
const MISSES_UNTIL_STALE = 3;

const STATE = ["pipelines", "runs", "dead-letters"];
const USERS = ["users-total", "newest-users", "user-positions"];

/** The newest rows of each endpoint. */
const known = {};
let misses = 0;
let lastSeen = null;
let usersAskedAt = -Infinity;
let usersRun = null;
let timer = null;
let asking = false;

/** The hub answered, and said why it cannot tell. */
class Refused extends Error {}

async function ask(endpoint) {
  const answer = await fetch(`/api/${endpoint}`, { signal: AbortSignal.timeout(TIME_OUT_MS) });
  const body = await answer.json();
  if (!answer.ok) {
    throw new Refused(body.error ?? `${endpoint} answered ${answer.status}`);
  }
  known[endpoint] = body.rows;
  clock.set(body.asOf);
  lastSeen = body.asOf;
  document.querySelector(`[data-endpoint="${endpoint}"]`)?.replaceChildren(
    "as of ", el("time", { datetime: body.asOf, title: utc(body.asOf) }, timeOfDay(body.asOf)),
    " · ", el("a", { href: `/api/${endpoint}` }, "JSON"));
}

function show() {
  const { pipelines, runs } = known;
  const users = pipelines?.find((pipeline) => pipeline.pipeline === "users") ?? null;
  if (pipelines && runs) {
    showHeadline(pipelines);
    showPipelines(pipelines, runs);
  }
  if (known["dead-letters"]) {
    showDeadLetters(known["dead-letters"]);
  }
  if (known["newest-users"] && known["users-total"] && known["user-positions"]) {
    showFigures(known["users-total"][0], users && { next_run_at: users.next_run_at }, runs ?? []);
    showUsers(known["newest-users"], known["newest-users"].length === 0 ? users && { next_run_at: users.next_run_at } : null);
    showPositions(known["user-positions"]);
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
    await askAll(STATE);
    const run = known.pipelines.find((pipeline) => pipeline.pipeline === "users")?.last_run_id;
    if (run !== usersRun || performance.now() - usersAskedAt >= USERS_PAUSE_MS) {
      await askAll(USERS);
      usersRun = run;
      usersAskedAt = performance.now();
    }
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
setInterval(refreshTimes, 1000);
document.addEventListener("visibilitychange", loop);
loop();
