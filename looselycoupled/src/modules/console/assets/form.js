// A form made of what is asked for, each field of which reads and writes one value.

import { el } from "./dom.js";
import * as json from "./json.js";
import { inline } from "./prose.js";
import { question, rust } from "./schema.js";

let numbered = 0;

/** Parameters of a task, or the properties of an event's schema, as fields. */
export function fieldsOf(parameters) {
  return parameters.map((parameter) => ({ ...parameter, asked: question(parameter.schema) }));
}

/** The fields of an event: as its schema says, otherwise as the types of its fields read. */
export function fieldsOfEvent(event) {
  const properties = event?.schema?.properties;
  if (properties) {
    const required = new Set(event.schema.required ?? []);
    // A schema's properties are in the order of the alphabet; whoever knows the event knows its fields in theirs.
    const order = (name) => event.fields.findIndex((field) => field.name === name);
    return Object.entries(properties).sort(([one], [other]) => order(one) - order(other)).map(([name, schema]) => ({
      name, type_name: typeOf(event, name), required: required.has(name), default: null, asked: question(schema, event.schema),
    }));
  }
  return (event?.fields ?? []).map((field) => {
    const asked = rust(field.type_name);
    return { ...field, required: !asked.nullable, default: null, asked };
  });
}

const typeOf = (event, name) => event.fields.find((field) => field.name === name)?.type_name ?? "";

/** What is wrong with a field, said at the field. */
class FieldError extends Error {}

/** Fields may be called as something that every object has. */
const nothing = () => Object.create(null);
const own = (values, name) => (values && Object.hasOwn(values, name) ? values[name] : undefined);

/** A form: its node, `read` and `write`. `read` gives null after it has marked what is wrong. */
export function form(fields) {
  const parts = fields.map(part);
  const node = el("div", { class: "fields" }, parts.length ? parts.map((each) => each.node) : el("p", { class: "muted", text: "It takes nothing." }));
  return {
    node,
    read: () => {
      const values = nothing();
      let wrong = null;
      for (const each of parts) {
        const mistake = each.take(values);
        each.mark(mistake);
        if (mistake) wrong ??= each;
      }
      wrong?.focus();
      return wrong ? null : values;
    },
    peek: () => {
      const values = nothing();
      return parts.some((each) => each.take(values)) ? null : values;
    },
    write: (values) => parts.forEach((each) => each.put(own(values, each.name))),
  };
}

function part(field) {
  const id = `field-${(numbered += 1)}`;
  const input = inputOf(field, id);
  const problem = el("p", { class: "bad", id: `${id}-problem` });
  const hint = hintOf(field);
  const name = el("span", { class: "name", text: field.name });
  const optional = field.required ? null : el("span", { class: "muted", text: " optional" });
  const node = el(
    "div", { class: `field ${input.wide ? "wide" : ""}` },
    el("label", { for: id }, name, el("span", { class: "type", text: field.type_name }), optional),
    input.node, hint, problem,
  );
  input.node.setAttribute("aria-describedby", problem.id);
  return {
    node,
    name: field.name,
    focus: () => input.node.focus(),
    put: input.write,
    mark: (mistake) => {
      problem.textContent = mistake ?? "";
      input.node.toggleAttribute("aria-invalid", Boolean(mistake));
      if (mistake) input.node.setAttribute("aria-invalid", "true");
    },
    take: (values) => {
      try {
        const value = input.read();
        if (value !== undefined) values[field.name] = value;
        else if (field.required) return field.asked.nullable ? void (values[field.name] = null) : "is needed";
        return null;
      } catch (error) {
        if (error instanceof FieldError) return error.message;
        throw error;
      }
    },
  };
}

function hintOf({ asked, default: written }) {
  const told = [];
  if (asked.minimum !== undefined && asked.maximum !== undefined) told.push(`${asked.minimum} … ${asked.maximum}`);
  else if (asked.minimum !== undefined) told.push(`${asked.exclusive ? "more than" : "at least"} ${asked.minimum}`);
  if (written !== null && written !== undefined) told.push(`default \`${written}\``);
  else if (asked.initial !== undefined && asked.initial !== null) told.push(`default \`${json.write(asked.initial)}\``);
  if (asked.documentation) told.push(asked.documentation.split(/\n\s*\n/)[0]);
  return told.length ? el("p", { class: "hint" }, inline(told.join(" · "))) : null;
}

function inputOf(field, id) {
  switch (field.asked.kind) {
    case "whole":
    case "number": return numberInput(field.asked, id);
    case "truth": return field.required && !field.asked.nullable ? checkbox(id) : select([{ value: true }, { value: false }], id, true);
    case "choice": return select(field.asked.choices, id, !field.required || field.asked.nullable);
    case "text": return textInput(id, field, (text) => text);
    case "line": return textInput(id, field, (text) => (/^\d+$/.test(text) ? json.whole(text) ?? text : text));
    default: return jsonInput(id);
  }
}

function numberInput(asked, id) {
  const { kind, minimum, maximum } = asked;
  const node = el("input", { id, type: "text", inputmode: kind === "whole" ? "numeric" : "decimal", autocomplete: "off", spellcheck: "false" });
  const read = () => {
    const text = node.value.trim();
    if (text === "") return undefined;
    const rounded = Number(text);
    if (Number.isNaN(rounded)) throw new FieldError("is no number");
    if (!Number.isFinite(rounded)) throw new FieldError("is too large for a number");
    if (kind === "whole" && !Number.isInteger(rounded)) throw new FieldError("is no whole number");
    const number = kind === "whole" ? json.whole(text) : rounded;
    if (number === null) throw new FieldError("is too large for this browser to be exact");
    if (minimum !== undefined && (number < minimum || (asked.exclusive && number === minimum))) throw new FieldError(`must be at least ${minimum}`);
    if (maximum !== undefined && number > maximum) throw new FieldError(`must be at most ${maximum}`);
    return number;
  };
  return { node, read, write: (value) => { node.value = value ?? ""; } };
}

function textInput(id, field, meant) {
  const node = el("input", { id, type: "text", autocomplete: "off", spellcheck: "false" });
  // An empty text that is needed is a text; one that may be left out is left out.
  const read = () => (node.value === "" && (!field.required || field.asked.nullable || field.asked.kind === "line") ? undefined : meant(node.value));
  return { node, read, write: (value) => { node.value = value ?? ""; } };
}

function checkbox(id) {
  const node = el("input", { id, type: "checkbox" });
  return { node, read: () => node.checked, write: (value) => { node.checked = value === true; } };
}

function select(choices, id, leftOut) {
  const texts = choices.map(({ value, documentation }) => el("option", { value: json.write(value), title: documentation }, typeof value === "string" ? value : json.write(value)));
  const node = el("select", { id }, leftOut ? el("option", { value: "" }, "(left out)") : null, texts);
  const read = () => (node.value === "" ? undefined : json.read(node.value));
  return { node, read, write: (value) => { node.value = value === undefined || value === null ? (leftOut ? "" : texts[0]?.value) : json.write(value); } };
}

function jsonInput(id) {
  const node = el("textarea", { id, rows: "3", spellcheck: "false", placeholder: "JSON" });
  const read = () => (node.value.trim() === "" ? undefined : parsed(node.value));
  return { node, wide: true, read, write: (value) => { node.value = value === undefined ? "" : json.write(value, 2); } };
}

function parsed(text) {
  try {
    return json.readStrictly(text);
  } catch (error) {
    throw new FieldError(`is no JSON: ${error.message}`);
  }
}
