// What an operator may do with a pipeline. The hub asks for the login, the browser shows the question and remembers the answer.
import { el } from "./dom.js";
import { sentence } from "./words.js";

/** What the hub said last, and what is under way, by pipeline: the buttons are drawn anew when something changes. */
const said = new Map();
const underWay = new Set();

/** A stream runs by itself: only what waits can be loaded again. */
export function operations(pipeline) {
  const name = pipeline.pipeline;
  const answer = el("p", { role: "status", class: "answer" }, said.get(name) ?? "");
  const buttons = [];
  const button = (operation, word) => {
    const made = el("button", { type: "button", "aria-disabled": underWay.has(name) ? "true" : null }, word);
    made.addEventListener("click", async () => {
      if (underWay.has(name)) {
        return;
      }
      underWay.add(name);
      tell(name, `${word}: asked, and not answered yet.`);
      buttons.forEach((one) => one.setAttribute("aria-disabled", "true"));
      const result = await operate(operation, name);
      underWay.delete(name);
      tell(name, result);
      buttons.forEach((one) => one.removeAttribute("aria-disabled"));
      dispatchEvent(new Event("operated"));
    });
    buttons.push(made);
    return made;
  };
  const tell = (to, text) => {
    said.set(to, text);
    document.querySelectorAll(".operations .answer").forEach((place) => {
      place.textContent = text;
    });
  };
  return el("div", { class: "operations", role: "group", "aria-label": `Operations of ${name}, for operators` },
    pipeline.kind === "stream" ? null : [button("run", "Run now"), pipeline.paused_at ? button("resume", "Resume") : button("pause", "Pause")],
    button("replay", "Load again what waits"), answer);
}

async function operate(operation, pipeline) {
  try {
    // The header is what no page of another site can make a browser send.
    const answer = await fetch(`/operate/${operation}/${encodeURIComponent(pipeline)}`, {
      method: "POST", headers: { "Serai-Operator": "page" } });
    if (answer.status === 401) {
      return "Nothing was done: it needs the operator's login, which make env prints.";
    }
    const text = (await answer.text()).trim();
    if (answer.status === 404 && !text) {
      return "Nothing was done: operations on the page are switched off by page.operations.";
    }
    return sentence(text.split("\n").map(inWords).join("; ")) || `The hub answered ${answer.status}.`;
  } catch {
    return "The hub does not answer.";
  }
}

/** "run=… pipeline=users state=succeeded read=5 inserted=5" as a person would say it; other lines stay as they are. */
function inWords(line) {
  const pairs = Object.fromEntries([...line.matchAll(/(\w+)=("[^"]*"|\S+)/g)].map(([, name, value]) => [name, value]));
  if (!pairs.run || !pairs.state) {
    return line;
  }
  const counts = ["read", "inserted", "updated", "unchanged", "rejected"].filter((one) => Number(pairs[one]) > 0).map((one) => `${pairs[one]} ${one}`);
  const why = / ms ([A-Z_]+: .*)$/.exec(line)?.[1];
  return `the run ${pairs.state}${counts.length ? `: ${counts.join(", ")}` : ""}${why ? ` (${why})` : ""}`;
}
