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

/** What came of each minute of the last hour: [{ at, received, mean }], of which those without readings are null. */
function minutesOf(row) {
  const begin = Date.parse(row.to_at) - MAPPED * MINUTE;
  const cells = Array.from({ length: MAPPED }, (_, i) => ({ at: begin + i * MINUTE, received: begin + i * MINUTE < Date.parse(row.from_at) ? null : 0, mean: null }));
  row.minutes.forEach((minute, i) => Object.assign(cells[minute], { received: row.received[i], mean: row.means[i] }));
  return cells;
}

/** One picture for each unit: degrees and bars never share an axis. */
export const showMeans = onChange((rows) => {
  const units = new Map();
  for (const row of rows) {
    const unit = row.unit ?? "unit unknown";
    units.set(unit, [...(units.get(unit) ?? []), row]);
  }
  byId("sensors-means").replaceChildren(...[...units].map(([unit, sensors]) => {
    const to = Date.parse(sensors[0].to_at);
    const from = to - SHOWN * MINUTE;
    const series = sensors.map((row) => ({ name: row.sensor_id,
      points: minutesOf(row).filter(({ at, mean }) => at >= from && mean !== null).map(({ at, mean }) => ({ at, value: Number(mean) })) }));
    const caption = el("figcaption", {}, `${unit}, 1-minute means, last ${SHOWN} minutes; a gap is a gap`);
    if (series.every((one) => one.points.length === 0)) {
      return el("figure", {}, caption, el("p", { class: "empty" }, "No whole minute of these has a reading yet."));
    }
    return el("figure", {}, caption,
      lines(series, { label: `1-minute means in ${unit}: ${series.map((one) => `${one.name} ${short(one.points.at(-1)?.value ?? null)}`).join(", ")}`,
        from, to, beside: units.size, gapMs: 1.5 * MINUTE, format: short, tick: hhmm }));
  }));
});

export const showCoverage = onChange((rows) => {
  const mapped = rows.map((row) => ({ row, cells: minutesOf(row) }));
  // a minute in which nothing was expected is null: one before the first reading of the day
  const cells = mapped.flatMap((one) => one.cells).filter(({ received }) => received !== null);
  const missing = cells.filter(({ received }) => received === 0).length;
  const told = mapped.map(({ row, cells: minutes }) => ({ name: row.sensor_id, cells: minutes.map(({ at, received }) => ({
    at, share: received === null ? null : received / Math.max(1, row.expected),
    title: `${row.sensor_id}, ${hhmm(at)}: ${received === null ? "nothing expected" : `${number(received)} of ${number(row.expected)}`}` })) }));
  byId("sensors-coverage").replaceChildren(
    el("h3", {}, "Which minutes are there?"),
    rows.length === 0 ? el("p", { class: "empty" }, "No whole minute has a reading yet.") : gaps(told,
      `Minutes of the last hour: ${number(missing)} of ${number(cells.length)} without a reading`),
    rows.length === 0 ? "" : el("p", { class: "note" }, `Last hour, a bar a minute: as high as what came of what was expected. ${number(missing)} of ${number(cells.length)} minutes have nothing${cells.length < rows.length * MAPPED ? "; grey is before the first reading" : ""}.`),
    el("details", {}, el("summary", {}, "As a table"), table(mapped.flatMap(({ row, cells: minutes }) => minutes.filter(({ received }) => received !== null)
      .map((cell) => ({ ...row, ...cell }))), [
      { name: "Sensor", of: (cell) => cell.sensor_id }, { name: "Minute", of: (cell) => hhmm(cell.at) },
      { name: "Mean", number: true, of: (cell) => (cell.mean === null ? "–" : `${short(cell.mean)} ${cell.unit ?? ""}`) },
      { name: "Received", number: true, of: (cell) => number(cell.received) }, { name: "Expected", number: true, of: (cell) => number(cell.expected) }],
    "Readings received and expected")));
});
