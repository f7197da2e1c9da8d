// What an operator may do with a pipeline. The hub asks for the login, the browser shows the question and remembers the answer.
import { el } from "./dom.js";
import { sentence } from "./words.js";

/** What the hub said last, by pipeline: the buttons are drawn anew when something changes. */
const said = new Map();

export function operations(pipeline) {
  const answer = el("p", { role: "status", class: "answer" }, said.get(pipeline.pipeline) ?? "");
  const button = (operation, word) => {
    const made = el("button", { type: "button" }, word);
    made.addEventListener("click", async () => {
      made.disabled = true;
      said.set(pipeline.pipeline, await operate(operation, pipeline.pipeline));
      answer.textContent = said.get(pipeline.pipeline);
      made.disabled = false;
    });
    return made;
  };
  return el("div", { class: "operations" },
    button("run", "Run now"), " ", pipeline.paused_at ? button("resume", "Resume") : button("pause", "Pause"), answer);
}

async function operate(operation, pipeline) {
  try {
    // The header is what no page of another site can make a browser send.
    const answer = await fetch(`/operate/${operation}/${encodeURIComponent(pipeline)}`, {
      method: "POST", headers: { "Serai-Operator": "page" } });
    if (answer.status === 401) {
      return "It needs the operator's login: make env prints it.";
    }
    return answer.status === 404 ? "The page offers no operations: they are switched off by page.operations." : sentence(await answer.text());
  } catch {
    return "The hub does not answer.";
  }
}
