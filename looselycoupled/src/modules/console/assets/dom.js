// Nodes are made of text alone: nothing that a module says can become markup.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "text") node.textContent = value;
    else if (name === "value") node.value = value;
    else if (name === "dataset") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An element; what begins with `on` listens, everything else is an attribute. */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** An element of a drawing. */
export function svg(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/** The element of an id, which the page has. */
export const byId = (id) => document.getElementById(id);

/** Changes a text only if it is another one: what did not change is not laid out again. */
export function say(node, text) {
  const told = String(text);
  if (node.textContent !== told) node.textContent = told;
  return node;
}

const children = new WeakMap();

/** Makes the children of a node those of a list; what is there already is kept and brought up to date. */
export function keyed(parent, items, keyOf, make, update) {
  const old = children.get(parent) ?? new Map();
  const kept = new Map();
  let place = parent.firstChild;
  for (const item of items) {
    const key = keyOf(item);
    const node = old.get(key) ?? make(item);
    kept.set(key, node);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    update?.(node, item);
  }
  for (const [key, node] of old) if (!kept.has(key)) node.remove();
  children.set(parent, kept);
}

/** Says something to those who listen instead of looking. */
export function announce(text) {
  const announcer = byId("announcer");
  announcer.textContent = "";
  requestAnimationFrame(() => { announcer.textContent = text; });
}

/** A button that copies a text, which is made when it is pressed. */
export function copyButton(label, textOf) {
  const button = el("button", { type: "button", class: "copy", onclick: copy }, label);
  async function copy(event) {
    event.stopPropagation();
    await toClipboard(textOf());
    button.textContent = "copied";
    announce("Copied");
    setTimeout(() => { button.textContent = label; }, 1200);
  }
  return button;
}

/** The clipboard of the browser is there on secure origins only, and an address in the home's network is none. */
async function toClipboard(text) {
  if (navigator.clipboard) {
    try {
      return await navigator.clipboard.writeText(text);
    } catch {
      // Not allowed: the old way may be.
    }
  }
  const area = el("textarea", { class: "sr", value: text, "aria-hidden": "true" });
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** A table that scrolls inside of itself where the page is narrow. */
export function table(label, columns, body = el("tbody")) {
  const heads = columns.map((column) => {
    const [text, kind] = Array.isArray(column) ? column : [column, ""];
    return el("th", { scope: "col", class: kind }, text);
  });
  const whole = el("table", {}, el("caption", { class: "sr", text: label }), el("thead", {}, el("tr", {}, heads)), body);
  return el("div", { class: "scroll", tabindex: "0", role: "group", "aria-label": label }, whole);
}

/** Calls a function soon, once however often it was asked for. */
export function soon(work) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      work();
    });
  };
}
