// Numbers, times and schedules in words. Pure: no document, no clock.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const WHOLE = new Intl.NumberFormat("en");
const SMALL = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

export function number(value) {
  return value === null || value === undefined ? "–" : WHOLE.format(value);
}

/** "one record", "3 records" */
export function count(value, one, many = one + "s") {
  return `${value === 1 ? "one" : number(value)} ${value === 1 ? one : many}`;
}

/** "once", "3 times" */
export function times(value) {
  return value === 1 ? "once" : `${number(value)} times`;
}

export function numberWord(value) {
  return SMALL[value] ?? number(value);
}

/** "6 min ago"; a time that has not come yet is said to be in the future, not to be now. */
export function ago(untilMs) {
  const past = -untilMs;
  if (past < -5 * SECOND) {
    return "in " + span(-past);
  }
  return span(Math.max(0, past)) + " ago";
}

function span(ms) {
  if (ms < MINUTE) {
    return `${Math.floor(ms / SECOND)} s`;
  }
  if (ms < HOUR) {
    return `${Math.floor(ms / MINUTE)} min`;
  }
  return ms < 2 * DAY ? `${Math.floor(ms / HOUR)} h` : `${number(Math.floor(ms / DAY))} days`;
}

/** "in 1:12", and "now" from then on */
export function countdown(untilMs) {
  if (untilMs <= 0) {
    return "now";
  }
  if (untilMs < HOUR) {
    const seconds = Math.ceil(untilMs / SECOND);
    return `in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }
  return "in " + span(untilMs);
}

/** "2026-11-21 06:51:16 UTC" */
export function utc(instant) {
  return new Date(instant).toISOString().replace("T", " ").replace(/\.\d+Z/, " UTC");
}

export function timeOfDay(instant) {
  return utc(instant).slice(11);
}

/** "299 ms", "1.3 s", "4 min 10 s" */
export function duration(ms) {
  if (ms === null || ms === undefined) {
    return "–";
  }
  if (ms < SECOND) {
    return `${Math.round(ms)} ms`;
  }
  if (ms < MINUTE) {
    return `${(ms / SECOND).toFixed(1)} s`;
  }
  return `${Math.floor(ms / MINUTE)} min ${Math.floor((ms % MINUTE) / SECOND)} s`;
}

const two = (text) => text.padStart(2, "0");
const WEEKDAYS = { 1: "Sunday", 2: "Monday", 3: "Tuesday", 4: "Wednesday", 5: "Thursday", 6: "Friday", 7: "Saturday",
  SUN: "Sunday", MON: "Monday", TUE: "Tuesday", WED: "Wednesday", THU: "Thursday", FRI: "Friday", SAT: "Saturday" };

/** Quartz: second minute hour day month weekday. The first that fits says it. */
const SCHEDULES = [
  [/^\* \* \* \* \* \?$/, () => "every second"],
  [/^(?:0|\*)\/(\d+) \* \* \* \* \?$/, (n) => every(n, "second")],
  [/^0 \* \* \* \* \?$/, () => "every minute"],
  [/^(\d+) \* \* \* \* \?$/, (s) => `every minute at ${s} s`],
  [/^\d+ (?:0|\*)\/(\d+) \* \* \* \?$/, (n) => every(n, "minute")],
  [/^\d+ (\d+)\/(\d+) \* \* \* \?$/, (m, n) => `${every(n, "minute")} from :${two(m)}`],
  [/^\d+ (\d+) \* \* \* \?$/, (m) => `every hour at :${two(m)}`],
  [/^\d+ (\d+) (?:0|\*)\/(\d+) \* \* \?$/, (m, n) => every(n, "hour") + (m === "0" ? "" : ` at :${two(m)}`)],
  [/^\d+ (\d+) (\d+) \* \* \?$/, (m, h) => `daily at ${two(h)}:${two(m)}`],
  [/^\d+ (\d+) (\d+) \? \* (\w+)$/, (m, h, d) => WEEKDAYS[d] && `${WEEKDAYS[d]}s at ${two(h)}:${two(m)}`],
  [/^\d+ (\d+) (\d+) (\d+) \* \?$/, (m, h, d) => `monthly on day ${d} at ${two(h)}:${two(m)}`],
];

function every(n, unit) {
  return n === "1" ? `every ${unit}` : `every ${n} ${unit}s`;
}

/** "every 2 minutes", "daily at 03:30 UTC"; a Quartz cron expression that is none of the common ones stays as it is. */
export function schedule(cron, zone = "UTC") {
  if (cron === null) {
    return "a stream";
  }
  const plain = cron.trim().replace(/ +/g, " ").replace(/ \*$/, (day) => (/ \? \*$/.test(cron) ? day : " ?"));
  for (const [pattern, say] of SCHEDULES) {
    const found = pattern.exec(plain);
    const said = found && say(...found.slice(1));
    if (said) {
      return /\d\d:\d\d$/.test(said) ? `${said} ${zone ?? "UTC"}` : said;
    }
  }
  return cron;
}

/** First letter large, unless it begins an address or the name of a field; a full stop at the end. */
export function sentence(text) {
  const trimmed = (text ?? "").trim();
  const first = /^(\S+:\/|[a-z0-9]+_)/.test(trimmed) ? trimmed[0] : trimmed[0]?.toUpperCase();
  return trimmed && first + trimmed.slice(1) + (/[.!?]$/.test(trimmed) && !trimmed.endsWith(" ?") ? "" : ".");
}

/** A text in which cron expressions are said in words. */
export function plainly(text) {
  return text.replace(/(?:on )?(?:the schedule )?((?:[\d*/]+ ){3}[\d*/?]+ [\d*/]+ (?:\?|\*|[A-Z]{3}|\d))(?![\d*/?])/g, (_, cron) => schedule(cron));
}

/** The state of a pipeline; its book must balance, whatever its last run says. */
export function stateOf(pipeline) {
  return mark(pipeline.state) !== "bad" && pipeline.difference_24h !== 0 ? "unbalanced" : pipeline.state;
}

/** How a state is marked: ok, bad, or none where there is nothing to judge yet. */
export function mark(state) {
  return OK.has(state) ? "ok" : BAD.has(state) ? "bad" : "none";
}

const OK = new Set(["healthy", "succeeded"]);
const BAD = new Set(["failing", "missed", "unbalanced", "silent", "disconnected", "failed", "interrupted"]);

export const SIGNS = { ok: "✓", bad: "✕", none: "–" };
