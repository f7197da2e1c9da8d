// Sign-ups, plans, messages and invoices of the community.
import { bars, day, lines, shares, table } from "./charts.js";
import { byId, el, onChange } from "./dom.js";
import { number, utc } from "./words.js";

/** So many parts are told apart, the smaller ones together: the table below has them all. */
const PARTS = 10;
const PERIODS = ["today", "this week", "this month"];
const AGES = ["under 18", "18-24", "25-34", "35-44", "45-54", "55-64", "65 and over", "not given", "implausible"];

let period = PERIODS[1];

function sum(rows, column) {
  const totals = new Map();
  rows.forEach((row) => totals.set(row[column], (totals.get(row[column]) ?? 0) + row.sign_ups));
  return [...totals].map(([name, value]) => ({ name, value }));
}

export const showSignUps = onChange((rows, clock) => {
  const box = byId("sign-ups");
  const chosen = rows.filter((row) => row.period === period);
  const total = chosen.reduce((all, row) => all + row.sign_ups, 0);
  const byAge = sum(chosen, "age_band").sort((a, b) => AGES.indexOf(a.name) - AGES.indexOf(b.name));
  const large = (column, plural) => {
    const all = sum(chosen, column).sort((a, b) => b.value - a.value);
    const rest = all.splice(all.length > PARTS ? PARTS - 1 : PARTS);
    return rest.length === 0 ? all : [...all, { name: `${rest.length} other ${plural}`, value: rest.reduce((so_far, one) => so_far + one.value, 0) }];
  };
  const choice = el("div", { class: "switch", role: "group", "aria-label": "Period" }, PERIODS.map((name) => {
    const button = el("button", { type: "button", "aria-pressed": String(name === period) }, name);
    button.addEventListener("click", () => {
      period = name;
      showSignUps(rows, { ...clock, chosen: name });
      byId("sign-ups").querySelector(`[aria-pressed="true"]`)?.focus();
    });
    return button;
  }));
  const now = clock?.now_at ? `Now is ${utc(clock.now_at)}: ${clock.reason}.` : "";
  box.replaceChildren(
    el("div", { class: "figures-line" }, el("p", { class: "figures" }, el("strong", {}, number(total)), ` signed up ${period}`), choice),
    total === 0 ? el("p", { class: "empty" }, `Nobody signed up ${period}.`) : el("div", { class: "thirds" },
      el("div", {}, el("h3", {}, "By region"), bars(large("region", "regions"), `Sign-ups ${period} by region`)),
      el("div", {}, el("h3", {}, "By age"), bars(byAge, `Sign-ups ${period} by age`)),
      el("div", {}, el("h3", {}, "By gender"), bars(large("gender", "answers"), `Sign-ups ${period} by gender`))),
    el("p", { class: "note" }, now),
    el("details", {}, el("summary", {}, "As a table"), table(chosen, [
      { name: "Region", of: (row) => row.region }, { name: "Age", of: (row) => row.age_band }, { name: "Gender", of: (row) => row.gender },
      { name: "Sign-ups", number: true, of: (row) => number(row.sign_ups) }], `Sign-ups ${period}`)));
});

export const showPlans = onChange((options, plans) => {
  const compared = options.filter((option) => !option.excluded);
  const left = options.filter((option) => option.excluded && option.users > 0);
  const all = compared.reduce((total, option) => total + option.users, 0);
  byId("plans").replaceChildren(
    all === 0 ? el("p", { class: "empty" }, "Nobody has a subscription yet.") : shares(
      compared.map((option) => ({ name: option.option.split(":")[0], percent: option.share_of_a_and_b_percent ?? 0 })),
      compared.map((option) => `${option.option}: ${option.share_of_a_and_b_percent} percent`).join(", ")),
    el("p", { class: "note" }, compared.map((option) => `${number(option.users)} on ${option.option}`).join("; "),
      left.length ? `. Not compared: ${left.map((option) => `${number(option.users)} ${option.option}`).join(", ")}.` : ". Nobody is left out."),
    el("details", {}, el("summary", {}, "Each plan, as a table"), table(plans, [
      { name: "Plan", of: (row) => row.plan }, { name: "Users", number: true, of: (row) => number(row.users) },
      { name: "Share", number: true, of: (row) => `${row.share_percent} %` }], "Share of each plan")));
});

const WEEKS = 26;
const short = (value) => value.toLocaleString("en", { maximumFractionDigits: 1 });

/** What one week says, while there is no line to be drawn. */
function oneWeek(week, group) {
  const silent = week.users - week.writers;
  return `Week ${week.week}${week.complete ? "" : ", which is not over,"} has ${number(week.messages)} messages: ${week.mean_per_user ?? "–"} per user and `
    + `${group?.mean_per_group ?? "–"} per group, over ${number(week.users)} users, ${number(silent)} of whom wrote nothing.`;
}

export const showMessages = onChange((perUser, perGroup) => {
  const points = (rows, column) => rows.filter((row) => row.complete).slice(-WEEKS).map((row) => ({ at: Date.parse(row.week_on), value: row[column] }));
  const series = [{ name: "per user", points: points(perUser, "mean_per_user") }, { name: "per group", points: points(perGroup, "mean_per_group") }];
  const times = [...new Set(series.flatMap((one) => one.points.map((point) => point.at)))];
  const last = perUser.filter((row) => row.complete).at(-1) ?? perUser.at(-1);
  const group = last && perGroup.find((other) => other.week === last.week);
  const before = last ? [el("p", {}, oneWeek(last, group)), el("p", { class: "note" }, "A line begins with the second whole week.")]
    : [el("p", { class: "empty" }, "Nobody has written a message yet.")];
  byId("messages").replaceChildren(
    ...(times.length < 2 ? before : [el("div", { class: "charts" }, series.map((one) => el("figure", {},
      el("figcaption", {}, `Messages a week ${one.name}, whole weeks`),
      lines([{ name: "", points: one.points }], {
        label: `Messages a week ${one.name}: ${one.points.at(-1)?.value} in the last whole week`,
        from: Math.min(...times), to: Math.max(...times), fromZero: true, beside: 2, stops: times, tick: day, format: short })))),
    el("p", { class: "note" }, oneWeek(last, group))]),
    el("details", {}, el("summary", {}, "As a table"), table(perUser.slice(-WEEKS).reverse(), [
      { name: "Week", of: (row) => row.week + (row.complete ? "" : " (not over)") }, { name: "Users", number: true, of: (row) => number(row.users) },
      { name: "Messages", number: true, of: (row) => number(row.messages) }, { name: "Per user", number: true, of: (row) => row.mean_per_user },
      { name: "Per group", number: true, of: (row) => perGroup.find((other) => other.week === row.week)?.mean_per_group }], "Messages a week")));
});

export const showInvoices = onChange((rows) => {
  const months = rows.slice(-12).reverse();
  byId("invoices").replaceChildren(months.length === 0 ? el("p", { class: "empty" }, "No invoice has been settled yet.") : table(months, [
    { name: "Month", of: (row) => row.month_on.slice(0, 7) + (row.complete ? "" : " (not over)") },
    { name: "Settled", number: true, of: (row) => number(row.invoices) },
    { name: "Amount", number: true, of: (row) => `${number(row.amount)} ${row.currency}` }], "Invoices settled a month"));
});
