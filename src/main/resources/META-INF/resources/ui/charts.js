// Lines with gaps, bars, shares and a map of gaps, as SVG and plain elements: named, reachable by keyboard, in the page's colours.
import { el, svg } from "./dom.js";
import { number, timeOfDay, utc } from "./words.js";

const HEIGHT = 220;
const LEFT = 44;
const LETTER = 7;
const TOP = 10;
const BOTTOM = 24;
const DASHES = [null, "7 4", "2 4", "10 3 2 3", "4 2"];
const LABEL_STEP = 14;

/** As wide as there is room beside others, in the size of the text: on a phone the words stay as large as beside a wide picture. */
function room(beside, series) {
  const longest = Math.max(...series.map((one) => one.name.length));
  return { width: innerWidth < 704 || beside > 2 ? 360 : beside === 2 ? 540 : 640, right: Math.min(120, Math.max(12, (longest + 2) * LETTER)) };
}

/** Round numbers that span the values: 15, 18, 21 … */
export function ticks(least, most, wanted = 5) {
  if (!(most > least)) {
    return [least];
  }
  const raw = (most - least) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw);
  const values = [];
  for (let value = Math.floor(least / step) * step; value < most + step; value += step) {
    values.push(Number(value.toPrecision(12)));
  }
  return values;
}

/**
 * Series over time: [{ name, points: [{ at: ms, value: number or null }] }]. A null is a gap, and so is more than `gapMs` between two.
 * `fromZero` for counts; `format` for the values; `tick` for the times;
 * `beside` is how many pictures stand side by side; `stops` are the only instants that may be named below.
 */
export function lines(series, { label, from, to, gapMs = Infinity, fromZero = false, beside = 1, stops = null, format = number, tick = timeOfDay }) {
  const { width: WIDTH, right: RIGHT } = room(beside, series);
  const values = series.flatMap((one) => one.points.map((point) => point.value)).filter((value) => value !== null);
  const picture = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", tabindex: "0", "aria-label": label });
  picture.style.setProperty("max-width", `${WIDTH * 1.2}px`);
  if (values.length === 0) {
    return picture;
  }
  const steps = ticks(fromZero ? 0 : Math.min(...values), Math.max(...values));
  const [low, high] = [steps[0], steps.at(-1)];
  const x = (at) => LEFT + ((at - from) / (to - from || 1)) * (WIDTH - LEFT - RIGHT);
  const y = (value) => HEIGHT - BOTTOM - ((value - low) / (high - low || 1)) * (HEIGHT - TOP - BOTTOM);
  let said = null;
  for (const step of steps) {
    picture.append(svg("path", { class: "grid", d: `M${LEFT} ${y(step)}H${WIDTH - RIGHT}` }));
    if (format(step) !== said) {
      said = format(step);
      picture.append(svg("text", { class: "axis", x: LEFT - 8, y: y(step) + 4, "text-anchor": "end" }, said));
    }
  }
  instants(from, to, stops, tick, WIDTH - LEFT - RIGHT).forEach(({ at, word, anchor }) =>
    picture.append(svg("text", { class: "axis at", x: x(at), y: HEIGHT - 6, "text-anchor": anchor }, word)));
  series.forEach((one, i) => picture.append(
    svg("path", { class: `line line-${i % DASHES.length}`, d: path(one.points, x, y, gapMs), "stroke-dasharray": DASHES[i % DASHES.length] })));
  labelEnds(picture, series, y, WIDTH - RIGHT);
  explore(picture, series, { x, y, format, tick, width: WIDTH, right: RIGHT });
  return picture;
}

/** As many instants as find room side by side, no word twice: two where the span is short. */
function instants(from, to, stops, tick, width) {
  const near = (at) => (stops ? stops.reduce((best, stop) => (Math.abs(stop - at) < Math.abs(best - at) ? stop : best)) : at);
  const many = Math.max(1, Math.min(3, stops ? stops.length - 1 : 3, Math.floor(width / (tick(to).length * LETTER + 2 * LETTER)) - 1));
  const all = Array.from({ length: many + 1 }, (_, i) => ({
    at: near(from + ((to - from) * i) / many), anchor: i === 0 ? "start" : i === many ? "end" : "middle" }));
  return all.map((one) => ({ ...one, word: tick(one.at) })).filter((one, i, words) => i === 0 || one.word !== words[i - 1].word);
}

function path(points, x, y, gapMs) {
  let drawn = "";
  let before = null;
  points.forEach((point, i) => {
    if (point.value !== null) {
      const joined = before !== null && point.at - before <= gapMs;
      const next = points[i + 1];
      const alone = !joined && (!next || next.value === null || next.at - point.at > gapMs);
      drawn += `${joined ? "L" : "M"}${x(point.at).toFixed(1)} ${y(point.value).toFixed(1)}${alone ? "h0.01" : ""}`;
      before = point.at;
    } else {
      before = null;
    }
  });
  return drawn;
}

/** Names at the ends of the lines, moved apart so that none covers another. */
function labelEnds(picture, series, y, edge) {
  const ends = series
    .map((one, i) => ({ i, name: one.name, y: y(one.points.findLast((point) => point.value !== null)?.value ?? 0) }))
    .sort((a, b) => a.y - b.y);
  ends.forEach((end, place) => {
    end.y = Math.max(end.y, place === 0 ? TOP + 4 : ends[place - 1].y + LABEL_STEP);
  });
  const over = Math.max(0, (ends.at(-1)?.y ?? 0) - (HEIGHT - BOTTOM));
  for (const end of ends) {
    picture.append(svg("text", { class: `end line-${end.i % DASHES.length}`, x: edge + 8, y: end.y - over + 4 }, end.name));
  }
}

/** Pointer and arrow keys read the values of one instant. */
function explore(picture, series, { x, y, format, tick, width: WIDTH, right: RIGHT }) {
  const times = [...new Set(series.flatMap((one) => one.points.map((point) => point.at)))].sort((a, b) => a - b);
  const cursor = svg("g", { class: "cursor", hidden: true });
  picture.append(cursor);
  let at = times.length - 1;
  const show = () => {
    const instant = times[at];
    const found = series.map((one) => ({ name: one.name, point: one.points.find((point) => point.at === instant) }))
      .filter((one) => one.point && one.point.value !== null);
    const words = [tick(instant), ...found.map((one) => `${one.name} ${format(one.point.value)}`)];
    const right = x(instant) > (WIDTH - RIGHT) / 2 + LEFT;
    cursor.replaceChildren(
      svg("path", { class: "rule", d: `M${x(instant)} ${TOP}V${HEIGHT - BOTTOM}` }),
      ...found.map((one) => svg("circle", { cx: x(instant), cy: y(one.point.value), r: 3.5 })),
      ...words.map((word, i) => svg("text", { class: "said", x: x(instant) + (right ? -8 : 8), y: TOP + 8 + i * 14, "text-anchor": right ? "end" : "start" }, word)));
    cursor.removeAttribute("hidden");
  };
  const hide = () => cursor.setAttribute("hidden", "");
  picture.addEventListener("pointermove", (event) => {
    const box = picture.getBoundingClientRect();
    const place = ((event.clientX - box.left) / box.width) * WIDTH;
    at = times.reduce((best, instant, i) => (Math.abs(x(instant) - place) < Math.abs(x(times[best]) - place) ? i : best), 0);
    show();
  });
  picture.addEventListener("pointerleave", hide);
  picture.addEventListener("focus", () => picture.matches(":focus-visible") && show());
  picture.addEventListener("blur", hide);
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, Home: -times.length, End: times.length }[event.key];
    if (step) {
      at = Math.min(times.length - 1, Math.max(0, at + step));
      show();
      event.preventDefault();
    }
  });
}

/** Bars with their words and numbers: [{ name, value, note }]. */
export function bars(rows, label) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return el("ul", { class: "bar-list", "aria-label": label }, rows.map((row) => {
    const bar = el("span", { class: "bar" });
    bar.style.setProperty("--share", row.value / most);
    return el("li", {}, el("span", { class: "bar-name" }, row.name), bar,
      el("span", { class: "bar-value" }, number(row.value), row.note ? el("small", {}, row.note) : null));
  }));
}

/** Parts of a whole, side by side, each with its word on it: [{ name, percent, count }]. */
export function shares(parts, label) {
  return el("div", { class: "shares", role: "img", "aria-label": label }, parts.map((part, i) => {
    const box = el("span", { class: `share share-${i}` }, `${part.name} ${part.percent} %`);
    box.style.setProperty("flex-grow", Math.max(part.percent, 1));
    return box;
  }));
}

/** Rows of cells, one for each step of time: [{ name, cells: [{ at, share, title }] }]. Full, partly, none. */
export function gaps(rows, label) {
  const CELL = 8;
  return el("div", { class: "gaps", role: "img", tabindex: "0", "aria-label": label }, rows.map((row) => el("div", { class: "gap-row" },
    el("span", { class: "gap-name" }, row.name),
    svg("svg", { viewBox: `0 0 ${row.cells.length * CELL} 16`, preserveAspectRatio: "none" }, row.cells.map((cell, i) =>
      svg("rect", { class: cell.share === null ? "missing" : cell.share >= 0.9 ? "full" : cell.share > 0 ? "part" : "none", x: i * CELL, y: cell.share > 0 ? 16 - 16 * Math.min(1, cell.share) : 12,
        width: CELL - 1.5, height: cell.share > 0 ? 16 * Math.min(1, cell.share) : 4 }, svg("title", {}, cell.title)))))));
}

/** Rows as a table, for those who want the numbers. */
export function table(rows, columns, caption) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
    el("table", {},
      el("thead", {}, el("tr", {}, columns.map((column) => el("th", { scope: "col", class: column.number && "number" }, column.name)))),
      el("tbody", {}, rows.map((row) => el("tr", {}, columns.map((column) =>
        el("td", { class: column.number ? "number" : "text" }, column.of(row) ?? "–")))))));
}

export const day = (at) => utc(at).slice(0, 10);
