// What is guaranteed for a pipeline, and how long an outage of each store it survives; whether changes of the community are followed.
import { table } from "./charts.js";
import { el, time } from "./dom.js";
import { count, SIGNS, sentence } from "./words.js";

const KEEPER = { queue: "the broker's queue", landing: "S3", source: "the source", changes: "the server's log of changes", disk: "the disk",
  "next run": "the next run", nobody: "nobody" };

/** Text for the entry of a pipeline; of its rows in mart.guarantee, that which ends first counts. */
export function guaranteeLine(rows) {
  const first = rows.filter((row) => row.survives_seconds !== null).sort((a, b) => a.survives_seconds - b.survives_seconds)[0];
  return rows.length === 0 ? null : `Guaranteed: ${sentence(rows[0].says)}${first ? ` ${first.warning ? `${SIGNS.bad} Only ` : ""}${first.survives}: so long ${first.store} ${first.store === "disk" ? "has room" : "may be away"}.` : ""}`;
}

/** The same in full, for the page of a pipeline. */
export function guarantee(rows) {
  const stores = rows.filter((row) => row.store !== null);
  return rows.length === 0 ? null : el("section", {}, el("h3", {}, "What is guaranteed"), el("p", {}, sentence(rows[0].says)),
    rows[0].key ? el("p", {}, "A record that is delivered again is known by ", el("code", {}, rows[0].key), ".") : null,
    stores.length === 0 ? null : table(stores, [
      { name: "While this is away", of: (row) => row.store }, { name: "its data are kept by", of: (row) => KEEPER[row.kept_by] },
      { name: "for", of: (row) => el("span", { "data-mark": row.warning ? "bad" : "ok" }, row.warning ? `${SIGNS.bad} only ${row.survives}` : row.survives) },
      { name: "because", of: (row) => sentence(row.because) }], "Outages"));
}

/** Text for the entry of the community: how changes are found, and fields that no column knows. */
export function changesLine(streams) {
  if (streams.length === 0) {
    return null;
  }
  const states = [...new Set(streams.map((stream) => stream.state))];
  const said = states.map((state) => {
    const those = streams.filter((stream) => stream.state === state);
    const names = those.map((stream) => stream.collection).join(", ");
    return { following: `Changes of ${names} are followed as they happen.`,
      lost: `${SIGNS.bad} Changes of ${names} were missed, a sweep finds them: ${sentence(those[0].reason)}`,
      unsupported: `Changes of ${names} are found by sweeps: ${sentence(those[0].reason)}`,
      off: `Changes of ${names} are found by sweeps: ${sentence(those[0].reason)}` }[state];
  });
  const unknown = streams.reduce((sum, stream) => sum + stream.unknown_fields, 0);
  return [...said, unknown > 0 ? `The source has ${count(unknown, "field")} that no column knows.` : null].filter(Boolean).join(" ");
}

/** The same in full. */
export function changes(streams) {
  return streams.length === 0 ? null : el("section", {}, el("h3", {}, "How changes are found"), table(streams, [
    { name: "Collection", of: (row) => row.collection },
    { name: "Changes", of: (row) => el("span", { "data-mark": row.state === "lost" ? "bad" : row.state === "following" ? "ok" : "none" }, row.state) },
    { name: "since", of: (row) => time(row.since_at) }, { name: "Why", of: (row) => row.reason ?? "" },
    { name: "Unknown fields", number: true, of: (row) => String(row.unknown_fields) },
    { name: "Last seen", of: (row) => (row.unknown_last_seen_at ? time(row.unknown_last_seen_at) : "–") }], "Change streams"));
}
