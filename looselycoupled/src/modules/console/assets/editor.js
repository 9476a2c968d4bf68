// Named values, asked for by a form or written as JSON: whoever changes from one to the other takes along what stands there.

import { el } from "./dom.js";
import { form } from "./form.js";
import * as json from "./json.js";

/** An editor of values; `read` gives null after it has said what is wrong. */
export function editor(fields, name, values) {
  const asForm = form(fields);
  const asText = el("textarea", { class: "json", rows: "6", spellcheck: "false", "aria-label": `${name} as JSON` });
  const problem = el("p", { class: "bad", role: "alert" });
  const choices = ["Form", "JSON"].map((text) => el("button", { type: "button", class: "choice", onclick: () => choose(text) }, text));
  const body = el("div", { class: "editor-body" });
  let chosen = null;

  function choose(text, given) {
    if (chosen === text && given === undefined) return;
    const at = given ?? (chosen === null ? {} : read() ?? undefined);
    if (at === undefined) return;
    chosen = text;
    choices.forEach((button) => button.setAttribute("aria-pressed", String(button.textContent === text)));
    body.replaceChildren(text === "Form" ? asForm.node : asText);
    write(at);
  }

  function write(at) {
    problem.textContent = "";
    if (chosen === "Form") asForm.write(at);
    else asText.value = json.write(at, 2);
  }

  function read() {
    problem.textContent = "";
    if (chosen === "Form") return asForm.read();
    try {
      const read = asText.value.trim() === "" ? {} : json.readStrictly(asText.value);
      if (read !== null && typeof read === "object" && !Array.isArray(read)) return read;
      problem.textContent = "An object is needed: { \"name\": value }";
    } catch (error) {
      problem.textContent = error.message;
    }
    return null;
  }

  /** What stands there without a word of what is wrong; null if it cannot be read. */
  function peek() {
    try {
      return chosen === "Form" ? asForm.peek() : json.readStrictly(asText.value || "{}");
    } catch {
      return null;
    }
  }

  const node = el("div", { class: "editor" }, el("div", { class: "choices", role: "group", "aria-label": "Written as" }, choices), body, problem);
  choose("Form", values ?? {});
  // Where nothing can be asked for, a form would hide that something may be given.
  if (fields.length === 0 && name === "Fields") choose("JSON", values ?? {});
  return { node, read, peek, write: (at) => write(at) };
}
