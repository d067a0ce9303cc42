import { drawEditors } from "./shared/editor.js";
import { element } from "./shared/element.js";
import { Gallery } from "./shared/gallery.js";
import { drawInputs } from "./shared/inputs.js";
import { keepKeys } from "./shared/keyboard.js";
import { Plot } from "./shared/plot.js";
import { Waiting } from "./shared/waiting.js";

const KINDS = { float64: Float64Array, float32: Float32Array, uint16: Uint16Array };

/** The numbers that lie at a described place of the bytes; uint16 are levels from `low` to `high`. */
function numbersAt(data, { dtype, start, shape, low, high }) {
  const Kind = KINDS[dtype];
  const from = data.byteOffset + start, size = shape.reduce((product, n) => product * n, 1);
  const numbers = new Kind(data.buffer.slice(from, from + size * Kind.BYTES_PER_ELEMENT)); // a copy, since a start need not be even
  return dtype === "uint16" ? Float32Array.from(numbers, (level) => low + (high - low) * level / 65535) : numbers;
}

function curveAt(data, described) {
  const both = numbersAt(data, described), half = both.length / 2;
  return { name: described.name, x: both.subarray(0, half), y: both.subarray(half) };
}

export default {
  render({ model, el }) {
    const ask = (name, value) => {
      model.set("values", { ...model.get("values"), [name]: value });
      model.set("asked", model.get("asked") + 1);
      waiting.start();
      model.save_changes(); // while Python works, Jupyter keeps what is saved and sends the latest
    };
    const inputs = drawInputs(model.get("controls"), ask);
    const edits = element("div", { class: "mlc-edits" });
    const gallery = new Gallery(), plot = new Plot();
    const working = element("span", { class: "mlc-kept", role: "status" });
    const problem = element("div", { class: "mlc-error", role: "alert" });
    const readings = element("div", { class: "mlc-readings", role: "status", "aria-live": "polite" });
    const root = element("div", { class: "mlc mlc-explorer", role: "group", "aria-label": model.get("label") },
      edits, inputs.root, working, problem, readings, gallery.root, plot.root);

    const waiting = new Waiting(root, working, model.get("static"));
    const show = () => {
      const data = model.get("data"), told = Object.entries(model.get("readings"));
      gallery.update(model.get("pictures").map((one) => ({ ...one, values: numbersAt(data, one) })));
      plot.update(model.get("curves").map((one) => curveAt(data, one)), model.get("axes"));
      readings.hidden = !told.length;
      readings.replaceChildren(...told.map(([name, value]) => element("span", {}, `${name} `, element("strong", {}, value), " ")));
      root.dataset.made = model.get("made");
    };
    const answered = () => {
      show();
      waiting.stop();
      if (model.get("asked") !== model.get("answered")) waiting.start();
    };
    const set = () => inputs.show(model.get("values"));
    const complain = () => { problem.textContent = model.get("error"); };
    const heard = { "change:made": answered, "change:values": set, "change:error": complain };
    for (const [event, listener] of Object.entries(heard)) model.on(event, listener);
    el.append(root);
    set();
    show();
    complain();
    const stopKeeping = keepKeys(root);
    const stopEditors = drawEditors(model, edits);
    return () => {
      waiting.stop();
      stopEditors();
      for (const [event, listener] of Object.entries(heard)) model.off(event, listener);
      stopKeeping();
    };
  },
};
