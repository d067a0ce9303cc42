import { button, element } from "./shared/element.js";
import { keepKeys } from "./shared/keyboard.js";
import { nameButton } from "./shared/layer_row.js";
import { KINDS } from "./shared/stack/layers.js";
import { stackText } from "./shared/stack/stack.js";
import { StackTable } from "./shared/stack_table.js";
import { Waiting } from "./shared/waiting.js";

const MOST_LAYERS = 40; // as in stack_limits.py

const alike = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** What adds layers: `put(kind, after)` is called with a kind and the id of the layer before the new one. */
function adder(put) {
  const kind = element("select", { "aria-label": "Add this kind of layer" },
    ...Object.keys(KINDS).map((name) => element("option", {}, name)));
  const place = element("select", { "aria-label": "after this layer" });
  const add = button("Add", () => put(kind.value, Number(place.value)));
  return {
    parts: [element("label", {}, "Add", kind), element("label", {}, "after", place), add],
    button: add,
    show(entries, after) {
      const places = [["0", "the image"], ...entries.map((entry, k) => [String(entry.id), `${k + 1} ${entry.kind}`])];
      place.replaceChildren(...places.map(([value, text]) => element("option", { value }, text)));
      place.value = String(after ?? entries.at(-1)?.id ?? 0);
    },
  };
}

/** The numbers of maps that lie at a described place of the bytes. */
function numbersAt(data, { start, shape }) {
  const from = data.byteOffset + start, size = shape.reduce((all, n) => all * n, 1);
  return new Float32Array(data.buffer.slice(from, from + 4 * size)); // a copy, since a start need not be a multiple of 4
}

export default {
  render({ model, el }) {
    const image = model.get("image_shape"), history = [];
    let edited = null; // the setting that is being typed: all its letters are one step back

    const now = () => model.get("entries");
    const send = (entries) => {
      told.textContent = "";
      model.set("entries", entries);
      model.set("asked", model.get("asked") + 1);
      model.save_changes(); // while Python works, Jupyter keeps what is saved and sends the latest
      if (model.get("maps").length) waiting.start();
    };
    const change = (entries, what = null) => {
      if (alike(entries, now())) return;
      if (what === null || what !== edited) history.push(now());
      edited = what;
      send(entries);
    };
    const edit = (id, name, value) => change(now().map((entry) => (
      entry.id === id ? { ...entry, settings: { ...entry.settings, [name]: value } } : entry)), `${id} ${name}`);
    const move = (id, by) => {
      const entries = [...now()], at = entries.findIndex((entry) => entry.id === id);
      if (!entries[at + by]) return;
      [entries[at], entries[at + by]] = [entries[at + by], entries[at]];
      change(entries);
      told.textContent = `It is ${lineOf(id).called} now.`;
    };
    const remove = (id) => {
      const at = now().findIndex((entry) => entry.id === id), was = lineOf(id).called;
      change(now().filter((entry) => entry.id !== id));
      const next = now()[Math.min(at, now().length - 1)];
      (next ? lineOf(next.id).tools.remove : adding.button).focus(); // what was pressed has gone, and with it the keyboard's place
      told.textContent = `Removed ${was}.`;
    };
    const put = (kind, after) => {
      const entries = now(), at = entries.findIndex((entry) => entry.id === after) + 1;
      if (entries.length >= MOST_LAYERS) {
        told.textContent = `${MOST_LAYERS} layers are the most that can still be looked through.`;
        return;
      }
      const id = 1 + Math.max(0, ...[entries, model.get("initial").entries, ...history].flat().map((entry) => entry.id));
      const settings = { ...KINDS[kind].needs, ...KINDS[kind].options };
      change([...entries.slice(0, at), { id, kind, settings }, ...entries.slice(at)]);
      adding.show(now(), id);
      lineOf(id).focus();
      told.textContent = `Added ${lineOf(id).called}.`;
    };

    const table = new StackTable(image, { edit, move, remove });
    const lineOf = (id) => table.lines.get(id);
    const adding = adder(put);
    const undo = button("Undo", () => {
      edited = null;
      if (history.length) send(history.pop());
    });
    const reset = button("Reset", () => change(model.get("initial").entries));
    const told = element("span", { role: "status" }), working = element("span", { role: "status" });
    const problem = element("div", { class: "mlc-error", role: "alert" });
    const python = element("code");
    const root = element("div", { class: "mlc mlc-builder", role: "group", "aria-label": model.get("label") },
      table.root, element("div", { class: "mlc-inputs" }, ...adding.parts, undo, reset),
      element("div", { class: "mlc-kept" }, told, " ", working), problem,
      element("div", { class: "mlc-legend" }, element("span", { class: "wrote" }, "the unit you chose"),
        element("span", { class: "read" }, "what it sees")),
      element("div", { class: "mlc-written" }, "In Python: ", python));
    const waiting = new Waiting(root, working, model.get("static"));

    let maps; // as they came last, read once
    const read = () => {
      const data = model.get("data"), found = model.get("maps").map((one) => ({ ...one, values: numbersAt(data, one) }));
      const first = found.length ? { ...found[0], shape: [1, ...image.slice(1)] } : null; // channel of the image
      maps = { entries: model.get("drawn"), found, first };
    };
    const show = () => {
      table.update(now(), maps);
      nameButton(undo, "Undo the last change", !history.length);
      nameButton(reset, "Reset to the layers of the code", alike(now(), model.get("initial").entries));
      python.textContent = stackText(now(), image);
    };
    const arranged = () => {
      const order = now().map((entry) => entry.id + entry.kind).join();
      if (order !== root.dataset.order) adding.show(now());
      root.dataset.order = order;
      show();
    };
    const answered = () => {
      read();
      show();
      root.dataset.made = model.get("made");
      waiting.stop();
      if (model.get("asked") !== model.get("answered")) waiting.start();
    };
    const complain = () => { problem.textContent = model.get("error"); };
    const heard = { "change:entries": arranged, "change:made": answered, "change:error": complain };
    for (const [event, listener] of Object.entries(heard)) model.on(event, listener);
    root.addEventListener("focusout", () => { edited = null; });
    el.append(root);
    read();
    arranged();
    complain();
    const stopKeeping = keepKeys(root);
    return () => {
      waiting.stop();
      for (const [event, listener] of Object.entries(heard)) model.off(event, listener);
      stopKeeping();
    };
  },
};
