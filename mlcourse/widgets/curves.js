import { element } from "./shared/element.js";
import { keepKeys } from "./shared/keyboard.js";
import { Plot } from "./shared/plot.js";

const CALM = 1000; // milliseconds between two drawings for who wants little to move

/** The points of all curves, read chunk by chunk as they come (see `get_state` in curves.py). */
class Points {
  constructor(model) {
    Object.assign(this, { model, first: null });
    this.read();
  }

  read() {
    const { model } = this;
    if (model.get("first") !== this.first) {
      this.first = this.next = model.get("first");
      this.count = 0;
      this.curves = [];
      this.#take(model.get("data"));
    }
    for (; this.next < model.get("chunks"); this.next++) this.#take(model.get(`chunk_${this.next}`));
  }

  #take(bytes) {
    if (!bytes) return; // it was lost while the page was opened; all points come at the end
    const numbers = new Float64Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    for (let n = 0; n < numbers.length; n += 3) {
      const [number, step, value] = numbers.subarray(n, n + 3), mean = number < 0;
      const curve = (this.curves[mean ? -1 - number : number] ??= { x: [], y: [], means: { x: [], y: [] }, smoothed: false });
      const { x, y } = mean ? curve.means : curve;
      x.push(step);
      y.push(value);
      if (!mean) this.count += 1;
      curve.smoothed ||= mean && Number.isFinite(value);
    }
  }
}

export default {
  render({ model, el }) {
    const steps = model.get("steps"), points = new Points(model), plots = new Map();
    const still = matchMedia("(prefers-reduced-motion: reduce)");
    const bar = element("progress", { max: steps, "aria-label": "Steps made" });
    const told = element("span");
    const heard = element("div", { class: "mlc-heard", role: "status", "aria-live": "polite" });
    const stopped = element("div", { class: "mlc-stopped", role: "status", "aria-live": "polite" });
    const panels = element("div", { class: "mlc-panels" });
    const note = element("div", { class: "mlc-kept" });
    const root = element("div", { class: "mlc mlc-curves", role: "group", "aria-label": model.get("label") },
      element("div", { class: "mlc-progress" }, element("strong", {}, model.get("label")), bar, told), heard, stopped, panels, note);

    const say = (place, name) => {
      if (place.textContent !== model.get(name)) place.textContent = model.get(name); // the same again would be read again
    };
    let due = null, drawn = -Infinity;
    const draw = () => {
      due = null;
      drawn = performance.now();
      points.read();
      const known = model.get("curves"), styles = [...new Set(known.map(({ name }) => name))];
      const curves = known.map(({ panel, name }, k) => ({ panel, name, style: styles.indexOf(name), ...points.curves[k] }))
        .filter(({ x }) => x);
      for (const panel of new Set(curves.map((curve) => curve.panel))) {
        if (!plots.has(panel)) {
          plots.set(panel, new Plot());
          panels.append(plots.get(panel).root);
        }
        plots.get(panel).update(curves.filter((curve) => curve.panel === panel), ["step", panel], [0, steps]);
      }
      const smoothed = new Set(curves.filter((curve) => curve.smoothed).map(({ name }) => name));
      note.textContent = smoothed.size
        ? `Thick line of ${[...smoothed].join(", ")}: smoothed, the mean of ${model.get("around")} steps. Thin line: each step.` : "";
      bar.value = model.get("step");
      told.textContent = model.get("told");
      say(heard, "heard");
      say(stopped, "stopped");
      root.dataset.points = points.count;
    };
    const soon = () => { due ??= setTimeout(draw, still.matches ? Math.max(0, drawn + CALM - performance.now()) : 0); };
    const heardOf = ["chunks", "first", "curves", "step", "told", "heard", "stopped"].map((name) => `change:${name}`);
    for (const event of heardOf) model.on(event, soon);
    draw();
    el.append(root);
    const stopKeeping = keepKeys(root);
    return () => {
      clearTimeout(due);
      for (const event of heardOf) model.off(event, soon);
      stopKeeping();
    };
  },
};
