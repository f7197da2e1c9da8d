// Latest values, one-minute means by unit with gaps as gaps, and which minutes are missing.
import { gaps, lines, table } from "./charts.js";
import { byId, el, onChange, time } from "./dom.js";
import { number, timeOfDay } from "./words.js";

const MINUTE = 60_000;
const SHOWN = 30;
const MAPPED = 60;

const short = (value) => (value === null ? "–" : Number(value).toLocaleString("en", { maximumFractionDigits: 1 }));
const hhmm = (at) => timeOfDay(at).slice(0, 5);

export const showLatest = onChange((rows) => {
  byId("sensors-latest").replaceChildren(rows.length === 0
    ? el("p", { class: "empty" }, "No reading has come yet.")
    : el("ul", { class: "tiles", "aria-label": "Latest value of each sensor" }, rows.map((row) => el("li", {},
      el("a", { href: `#/sensor/${encodeURIComponent(row.sensor_id)}` }, row.sensor_id),
      el("strong", {}, short(row.value), " ", el("small", {}, row.unit ?? "")),
      el("span", { class: "note" }, row.description ?? "not in the sensor list", ", ", time(row.measured_at))))));
});

/** One picture for each unit: degrees and bars never share an axis. */
export const showMeans = onChange((rows, now) => {
  const units = new Map();
  for (const row of rows) {
    const unit = row.unit ?? "unit unknown";
    units.set(unit, (units.get(unit) ?? new Map()));
    const sensors = units.get(unit);
    sensors.set(row.sensor_id, (sensors.get(row.sensor_id) ?? []));
    sensors.get(row.sensor_id).push({ at: Date.parse(row.minute_at), value: Number(row.mean) });
  }
  const to = Math.floor(now / MINUTE) * MINUTE;
  const from = to - SHOWN * MINUTE;
  byId("sensors-means").replaceChildren(...[...units].map(([unit, sensors]) => {
    const series = [...sensors].sort(([a], [b]) => a.localeCompare(b)).map(([name, points]) => ({
      name, points: points.filter((point) => point.at >= from && point.at < to).sort((a, b) => a.at - b.at) }));
    const caption = el("figcaption", {}, `${unit}, 1-minute means, last ${SHOWN} minutes; a gap is a gap`);
    if (series.every((one) => one.points.length === 0)) {
      return el("figure", {}, caption, el("p", { class: "empty" }, "No whole minute of these has a reading yet."));
    }
    return el("figure", {}, caption,
      lines(series, { label: `1-minute means in ${unit}: ${series.map((one) => `${one.name} ${short(one.points.at(-1)?.value ?? null)}`).join(", ")}`,
        from, to, narrow: true, gapMs: 1.5 * MINUTE, format: short, tick: hhmm }));
  }));
});

export const showCoverage = onChange((rows, now) => {
  const to = Math.floor(now / MINUTE) * MINUTE;
  const sensors = [...new Set(rows.map((row) => row.sensor_id))].sort();
  const known = new Map(rows.map((row) => [`${row.sensor_id} ${Date.parse(row.minute_at)}`, row]));
  const mapped = sensors.map((name) => ({ name, cells: Array.from({ length: MAPPED }, (_, i) => {
    const at = to - (MAPPED - i) * MINUTE;
    const row = known.get(`${name} ${at}`);
    // a minute without a row is one in which nothing was expected: before the first reading of the day
    const share = row ? row.received / Math.max(1, row.expected) : null;
    return { at, share, title: `${name}, ${hhmm(at)}: ${row ? `${number(row.received)} of ${number(Math.round(row.expected))}` : "nothing expected"}` };
  }) }));
  const cells = mapped.flatMap((row) => row.cells).filter((cell) => cell.share !== null);
  const missing = cells.filter((cell) => cell.share === 0).length;
  byId("sensors-coverage").replaceChildren(
    el("h3", {}, "Which minutes are there?"),
    sensors.length === 0 ? el("p", { class: "empty" }, "No whole minute has a reading yet.") : gaps(mapped,
      `Minutes of the last hour: ${number(missing)} of ${number(cells.length)} without a reading`),
    sensors.length === 0 ? "" : el("p", { class: "note" }, `Last hour, a bar a minute: as high as what came of what was expected. ${number(missing)} of ${number(cells.length)} minutes have nothing${cells.length < sensors.length * MAPPED ? "; grey is before the first reading" : ""}.`),
    el("details", {}, el("summary", {}, "As a table"), table(rows.filter((row) => Date.parse(row.minute_at) >= to - MAPPED * MINUTE), [
      { name: "Sensor", of: (row) => row.sensor_id }, { name: "Minute", of: (row) => hhmm(row.minute_at) },
      { name: "Received", number: true, of: (row) => number(row.received) }, { name: "Expected", number: true, of: (row) => short(row.expected) }],
    "Readings received and expected")));
});
