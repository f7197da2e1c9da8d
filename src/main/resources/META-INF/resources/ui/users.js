// Who signed up last, and where do they report to be?
import { byId, cell, el, onChange, row, showRows, svg, time } from "./dom.js";
import { number, numberWord } from "./words.js";

/** The next batch, from the pipeline that brings the users. */
export const showFigures = onChange((total, pipeline, runs) => {
  const users = total?.users ?? 0;
  const size = runs.findLast((run) => run.pipeline === "users" && run.state === "succeeded" && run.cause !== "replay")?.read;
  const next = !pipeline?.next_run_at ? [] : [
    el("span", { class: "next" }, size ? `next ${numberWord(size)} ` : "next batch ", time(pipeline.next_run_at, "countdown"))];
  byId("users-figures").replaceChildren(
    el("strong", {}, number(users)), " ", users === 1 ? "user" : "users",
    ...(total?.oldest_at ? [", the first ", time(total.oldest_at)] : []), ...next);
});

export const showUsers = onChange((users, pipeline) => {
  const table = byId("users");
  showRows(table, byId("users-empty"), users.length > 0, pipeline?.next_run_at
    ? ["Nobody has signed up yet. The first users arrive ", time(pipeline.next_run_at, "countdown"), "."]
    : "Nobody has signed up yet.");
  const newest = users[0]?.run_id;
  table.tBodies[0].replaceChildren(...users.map((user) => userRow(user, user.run_id === newest)));
});

function userRow(user, fresh) {
  const place = [user.city, user.country].filter(Boolean).join(", ") || "not given";
  return row({ class: fresh && "fresh" },
    cell("Name", { class: "name" }, user.name || "not given", fresh ? el("span", { class: "new" }, "new") : null),
    cell("Place", { class: "place" }, place),
    cell("Position", { class: "number position" }, position(user)),
    cell("Plan", { class: "plan" }, user.subscription_plan ?? "not given"),
    cell("Arrived", { class: "number" }, time(user.ingested_at)));
}

function position(user) {
  return user.latitude === null || user.longitude === null ? "not given" : `${degrees(user.latitude)}, ${degrees(user.longitude)}`;
}

function degrees(value) {
  return value.toFixed(1).replace("-", "−");
}

export const showPositions = onChange((positions) => {
  byId("map").setAttribute("aria-label",
    `Map of ${number(positions.length)} reported positions, ${number(positions.filter((place) => place.newest).length)} of them of the newest batch`);
  byId("places").replaceChildren(...positions.map((place) =>
    svg("circle", { class: place.newest && "fresh", cx: place.longitude * 10, cy: place.latitude * -10, r: place.newest ? 28 : 14 })));
});
