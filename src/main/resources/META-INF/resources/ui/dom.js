// Elements, and times that keep themselves up to date. Values become text nodes, never markup.
import { ago, countdown, utc } from "./words.js";

const SVG = "http://www.w3.org/2000/svg";

/** An HTML element; attributes that are null, undefined or false are left out. */
export function el(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

export function byId(id) {
  return document.getElementById(id);
}

/** The server's clock: this machine's may be wrong, and every time on the page is the server's. */
export const clock = {
  offset: 0,
  set(asOf) {
    this.offset = Date.parse(asOf) - Date.now();
  },
  now() {
    return Date.now() + this.offset;
  },
};

const FORMS = { ago, countdown };

/** A time as relative text, with the absolute one for those who point at it. */
export function time(instant, form = "ago") {
  if (!instant) {
    return "–";
  }
  const element = el("time", { datetime: instant, title: utc(instant), "data-form": form });
  refresh(element);
  return element;
}

export function refreshTimes() {
  document.querySelectorAll("time[data-form]").forEach(refresh);
}

function refresh(element) {
  const text = FORMS[element.dataset.form](Date.parse(element.dateTime) - clock.now());
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** Rows are drawn anew only if they are different, so that nothing moves under a reader's hand. */
export function onChange(draw) {
  let before;
  return (rows, ...more) => {
    const now = JSON.stringify([rows, more]);
    if (now !== before) {
      before = now;
      draw(rows, ...more);
    }
  };
}

/** A cell with the role spelt out: on a phone rows are not laid out as a table, but they still are one. */
export function cell(label, attributes, ...children) {
  return el("td", { role: "cell", "data-label": label, ...attributes }, ...children);
}

export function row(attributes, ...cells) {
  return el("tr", { role: "row", ...attributes }, ...cells);
}

/** Either the rows or the sentence that says why there are none. */
export function showRows(table, empty, any, sentence) {
  table.hidden = !any;
  empty.hidden = any;
  empty.replaceChildren(...[sentence].flat());
}
