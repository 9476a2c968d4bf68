// Sending an event.

import { emitEvent } from "./api.js";
import { el } from "./dom.js";
import { editor } from "./editor.js";
import { several } from "./format.js";
import { fieldsOfEvent } from "./form.js";
import { link } from "./link.js";
import { prose } from "./prose.js";

export function emitter() {
  const names = el("datalist", { id: "event-names" });
  const name = el("input", { type: "text", list: "event-names", id: "emit-name", autocomplete: "off", spellcheck: "false", placeholder: "name of an event" });
  const documentation = el("div", { class: "muted" });
  const place = el("div");
  const outcome = el("p", { role: "status", class: "emit-outcome" });
  const send = el("button", { type: "submit", class: "primary" }, "Send");
  let edited = null;
  let known = null;

  /** Another event has other fields; what was written is lost only then. */
  function choose() {
    const event = link.description?.events.find((each) => each.name === name.value.trim()) ?? null;
    if (edited && event === known) return;
    known = event;
    edited = editor(fieldsOfEvent(event), "Fields");
    place.replaceChildren(edited.node);
    documentation.replaceChildren(...prose(event?.event_type?.documentation ?? ""));
  }

  async function emit() {
    const fields = edited.read();
    const told = name.value.trim();
    if (fields === null) return;
    if (told === "") return name.focus();
    send.disabled = true;
    try {
      const { receivers } = await emitEvent(told, fields);
      outcome.className = "emit-outcome good";
      outcome.textContent = receivers === undefined ? "Sent." : `Sent; ${several(receivers, "module hears", "modules hear")} it.`;
    } catch (error) {
      outcome.className = "emit-outcome bad";
      outcome.textContent = `${error.problem?.code ? `${error.problem.code}: ` : ""}${error.message}`;
    }
    send.disabled = false;
  }

  const form = el("form", { class: "call", onsubmit: (event) => { event.preventDefault(); emit(); } },
    el("div", { class: "field" }, el("label", { for: "emit-name" }, el("span", { class: "name" }, "Event")), name, names), documentation, place, el("div", { class: "bar send" }, send), outcome);
  name.addEventListener("input", choose);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  choose();
  return {
    node: el("section", { class: "card", "aria-labelledby": "emit-title" }, el("h2", { id: "emit-title" }, "Send an event"), form),
    described: (description) => {
      const own = description.events.filter((event) => !event.own);
      names.replaceChildren(...own.map((event) => el("option", { value: event.name })));
      known = undefined;
      choose();
    },
  };
}
