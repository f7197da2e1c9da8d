// What has left PostgreSQL for S3, and can it come back?
import { byId, cell, el, onChange, row, showRows, time } from "./dom.js";
import { number } from "./words.js";

function size(bytes) {
  return bytes < 1e6 ? `${number(Math.round(bytes / 1e3))} kB` : `${number(Math.round(bytes / 1e6))} MB`;
}

export const showArchive = onChange((archives) => {
  const table = byId("archive");
  showRows(table, byId("archive-empty"), archives.length > 0, "Nothing is old enough yet to leave PostgreSQL.");
  table.tBodies[0].replaceChildren(...archives.map((archive) => row({},
    cell("Table", { class: "name" }, archive.dataset),
    cell("Days", {}, `${archive.first_on} to ${archive.last_on}`),
    cell("Rows", { class: "number" }, number(archive.rows)),
    cell("Objects", { class: "number" }, `${number(archive.objects)}, ${size(archive.bytes)}`),
    cell("Certificate", {}, archive.finished_objects === archive.objects
      ? el("span", { "data-mark": "ok" }, el("span", { class: "mark", "aria-hidden": "true" }, "✓"), " each read back and equal")
      : `${number(archive.objects - archive.finished_objects)} not finished; the next run goes on`),
    cell("Last test restore", { class: "number" }, archive.last_test_restore_at ? time(archive.last_test_restore_at) : el("span", {}, "never")))));
});
