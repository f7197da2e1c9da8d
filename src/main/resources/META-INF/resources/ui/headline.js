// The answer to "is everything all right?", as the hub gives it, then cause, next try and what is at risk.
import { byId, el, onChange, time } from "./dom.js";
import { count, sentence, SIGNS } from "./words.js";

/** What is not in its table yet; empty when everything is. */
function waits(trouble) {
  const phrase = (many, what, where) => many === 0 ? null : `${count(many, what)} ${many === 1 ? "waits" : "wait"} ${where}`;
  return [phrase(trouble.pending_objects, "landed answer", "to be loaded"), phrase(trouble.open_dead_letters, "record", "in the dead letter")]
    .filter((part) => part !== null).join(", ");
}

function tell(trouble, alone) {
  const waiting = waits(trouble);
  return el("p", {},
    alone ? null : el("strong", {}, trouble.says + ": "),
    sentence(trouble.reason),
    trouble.difference_24h === 0 ? null : ` In 24 hours what was read and what became of it differ by ${count(Math.abs(trouble.difference_24h), "record")}.`,
    " Last success ", trouble.last_success_at ? time(trouble.last_success_at) : "never",
    trouble.next_try_at ? [", next try ", time(trouble.next_try_at, "countdown")] : ", tried all the time",
    ". What was stored or landed is kept", waiting ? `; ${waiting}.` : ".");
}

/** What the tab says while the numbers are fresh. */
let tab = { mark: "none", sentence: "connecting" };

/** The tab carries the mark for those who are elsewhere; old numbers are no reason for a good one. */
export function showTab(stale) {
  const { mark, sentence: text } = stale ? { mark: "none", sentence: "stale" } : tab;
  document.title = `${SIGNS[mark]} ${mark === "ok" ? "Serai" : `${text} · Serai`}`;
  byId("icon").href = `icon-${mark}.svg`;
}

export const showHeadline = onChange((headline) => {
  const { troubles } = headline;
  const title = byId("headline");
  if (title.textContent !== SIGNS[headline.mark] + " " + headline.sentence) {
    title.dataset.mark = headline.mark;
    title.replaceChildren(el("span", { class: "mark", "aria-hidden": "true" }, SIGNS[headline.mark]), " " + headline.sentence);
  }
  tab = headline;
  byId("cause").replaceChildren(...troubles.map((trouble) => tell(trouble, troubles.length === 1)), ...(troubles.length ? [] : [el("p", {}, headline.rest)]));
});
