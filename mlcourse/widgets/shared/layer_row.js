import { button, element } from "./element.js";
import { MapStrip } from "./feature_maps.js";
import { settingInputs } from "./setting_inputs.js";
import { pythonText, thousands } from "./stack/python_text.js";
import { receptiveField } from "./stack/stack.js";

export const COLUMNS = ["layer", "output", "parameters", "multiply-adds", "receptive field"];

/** One layer in the table: what it costs, its settings, why it is not possible, its maps, and what a unit of them sees. */
export class LayerRow {
  /** `act` has edit(id, name, value), move(id, by), remove(id), point(id, row, column). Without a `layer` it is the image. */
  constructor(layer, act) {
    this.id = layer?.id ?? 0;
    this.name = element("th", { scope: "row" });
    this.costs = COLUMNS.slice(1).map(() => element("td"));
    this.inputs = layer ? settingInputs(layer, (name, value) => act.edit(this.id, name, value)) : [];
    this.tools = layer ? {
      up: button("↑", () => act.move(this.id, -1)), down: button("↓", () => act.move(this.id, 1)),
      remove: button("✕", () => act.remove(this.id)),
    } : {};
    this.problem = element("div", { class: "mlc-error", role: "alert" });
    this.strip = new MapStrip((...unit) => act.point(this.id, ...unit));
    this.about = element("div", { class: "mlc-kept" });
    this.sight = layer ? new MapStrip() : null; // the image again, beside the maps, since the first row may be out of view
    this.words = element("div", { class: "mlc-reading", role: "status", "aria-live": "polite" });
    const work = element("div", { class: "mlc-work" },
      element("div", {}, this.strip.root, this.about, this.words), ...(layer ? [this.sight.root] : []));
    const settings = element("div", { class: "mlc-settings" }, ...this.inputs.map((input) => input.root),
      element("span", { class: "mlc-tools" }, ...Object.values(this.tools)));
    settings.hidden = !layer;
    const cell = element("td", { colspan: COLUMNS.length }, settings, this.problem, work);
    this.root = element("tbody", { class: "mlc-layer" }, element("tr", {}, this.name, ...this.costs), element("tr", {}, cell));
  }

  /** Put the keyboard on its first setting; where it has none, on a button or the maps. */
  focus() {
    (this.root.querySelector("input, select") ?? this.tools.up ?? this.strip.root).focus();
  }

  /** Say what the chosen unit sees, or nothing; the same is not said, and read aloud, again. */
  say(words) {
    if (this.words.textContent !== words) this.words.textContent = words;
    this.root.classList.toggle("chosen", Boolean(words)); // which shows the image beside the maps
  }

  /** Show a layer's settings, its row of the stack if it has one, what is wrong with it, and whether it can go up or down. */
  update(number, kind, layer, row, problem, [first, last]) {
    this.called = number ? `layer ${number}, ${kind}` : "the image";
    this.name.replaceChildren(element("span", { class: "mlc-number" }, String(number)), ` ${kind}`);
    this.costs.forEach((cell, k) => {
      cell.textContent = row ? [pythonText(row.shape), thousands(row.learnt), thousands(row.multiplyAdds), pythonText(receptiveField(row))][k] : "–";
    });
    this.problem.textContent = problem;
    for (const part of [this.strip, this.sight]) if (part) part.root.hidden = !row;
    this.words.hidden = !row;
    this.root.classList.toggle("broken", Boolean(problem));
    for (const input of this.inputs) input.show(layer.settings, this.called);
    if (!layer) return;
    nameButton(this.tools.up, `Move ${this.called} up`, first);
    nameButton(this.tools.down, `Move ${this.called} down`, last);
    nameButton(this.tools.remove, `Remove ${this.called}`, false);
  }
}

/** Name a button that stays where it is, and can be focused, while it can do nothing. */
export function nameButton(made, label, idle) {
  made.setAttribute("aria-label", label);
  made.title = label;
  made.setAttribute("aria-disabled", String(idle));
}
