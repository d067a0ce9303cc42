import { element } from "./element.js";
import { COLUMNS, LayerRow } from "./layer_row.js";
import { formatNumber } from "./number.js";
import { inputsOf } from "./setting_inputs.js";
import { layerText } from "./stack/layers.js";
import { thousands } from "./stack/python_text.js";
import { buildStack, placeOf, seenBelow, seenInWords } from "./stack/stack.js";

const MOST_UNITS = 64; // of a row of numbers, as in feature_maps.py

/** Layers from the image down, one row each, and the unit whose receptive field is marked in all rows above it. */
export class StackTable {
  /** `act` hears of edits, see LayerRow. */
  constructor(image, act) {
    Object.assign(this, { image, lines: new Map(), order: "", chosen: null });
    this.act = { ...act, point: (id, row, column) => {
      this.chosen = { id, row, column };
      this.#mark();
    } };
    const head = COLUMNS.map((name) => element("th", { scope: "col" }, name));
    this.sums = [element("td"), element("td"), element("td"), element("td")];
    this.end = element("tfoot", {}, element("tr", {}, element("th", { scope: "row" }, "together"), ...this.sums));
    this.table = element("table", { class: "mlc-stack" }, element("thead", {}, element("tr", {}, ...head)), this.end);
    this.root = element("div", { class: "mlc-scrolled" }, this.table);
  }

  /**
   * Show layers, with `maps`, what Python drew: `entries` that it drew, `found`, { shape, values, black, white } of the
   * image and of each, and `first`, the same of the image's first channel alone, or null.
   */
  update(entries, maps) {
    const { rows, broken } = buildStack(entries, this.image);
    Object.assign(this, { entries, maps, rows });
    this.#arrange();
    [null, ...entries].forEach((entry, number) => {
      const row = rows[number] ?? null, line = this.lines.get(entry?.id ?? 0);
      const waits = broken && number > broken.number ? `waits for layer ${broken.number}` : "";
      const says = number === broken?.number ? broken.says : "";
      line.update(number, entry?.kind ?? "image", entry, row, says, [number === 1, number === entries.length]);
      line.about.textContent = row ? this.#draw(line, row) : waits;
    });
    const sum = (what) => thousands(rows.reduce((all, row) => all + row[what], 0));
    this.sums[1].textContent = broken ? "–" : sum("learnt");
    this.sums[2].textContent = broken ? "–" : sum("multiplyAdds");
    this.#mark();
  }

  /** Lines for the layers there are, in their order; the focus stays where it is. */
  #arrange() {
    const wanted = [null, ...this.entries].map((entry) => [entry, JSON.stringify(entry && [entry.id, entry.kind, inputsOf(entry)])]);
    const order = wanted.map(([, form]) => form).join();
    if (order === this.order) return;
    this.order = order;
    const known = this.lines;
    this.lines = new Map(wanted.map(([entry, form]) => {
      const id = entry?.id ?? 0, same = known.get(id);
      const line = same?.form === form ? same : new LayerRow(entry, this.act);
      return [id, Object.assign(line, { form })];
    }));
    const focused = document.activeElement, held = [...known.values()].find((line) => line.root.contains(focused));
    const kept = [...this.lines.values()].map((line) => line.root);
    for (const line of known.values()) if (!kept.includes(line.root)) line.root.remove();
    for (const root of kept) this.table.insertBefore(root, this.end);
    if (this.table.contains(focused)) focused.focus(); // being moved takes the focus away
    else if (held) (this.lines.get(held.id) ?? [...this.lines.values()].at(-1)).focus();
  }

  /** Draw a line's maps, as far as Python has sent them; returns what is to be said about them. */
  #draw(line, { number, shape, size }) {
    const { entries, found, first } = this.maps, flat = shape.length === 1;
    const upToDate = this.entries.slice(0, number).every((entry, k) => written(entry) === written(entries[k]));
    const at = upToDate ? number : numberOf(line.id, entries);
    const mapSize = flat ? [1, Math.min(shape[0], MOST_UNITS)] : size;
    const one = found[at]?.shape.slice(1).join() === mapSize.join() ? found[at] : null; // an older one fills the gap for a moment
    line.fresh = Boolean(one) && upToDate;
    line.strip.update(`Maps of ${line.called}`, mapSize, one, this.image.slice(1));
    line.sight?.update("The image", this.image.slice(1), first, this.image.slice(1));
    line.strip.root.classList.toggle("stale", Boolean(one) && !upToDate);
    const there = flat ? mapSize[1] : one?.shape[0] ?? 1, all = `${thousands(shape[0])} ${flat ? "numbers" : "maps"}`;
    const colours = one ? `black ${formatNumber(one.black, 4)}, white ${formatNumber(one.white, 4)}` : "";
    const missing = !one && upToDate && found.length ? "not calculated, since that would take long" : "";
    return [there < shape[0] && (one || flat) ? `${there} of ${all}` : "", colours, missing].filter(Boolean).join("; ");
  }

  /** Mark the chosen unit and what it sees in each layer before its own, and say so. */
  #mark() {
    const number = this.chosen ? numberOf(this.chosen.id, this.entries) : -1;
    const row = this.rows[number], lines = [...this.lines.values()], strip = lines[number]?.strip;
    const unit = row && [Math.min(this.chosen.row, strip.rows - 1), Math.min(this.chosen.column, strip.columns - 1)];
    const placed = row && (isFlat(row) ? placeOf(row, unit[1]) : unit);
    const seen = row ? seenBelow(this.rows, number, placed) : [];
    lines.forEach((line, k) => {
      line.strip.mark(k === number && row ? unit : null, k < number && seen[k] && !isFlat(this.rows[k]) ? seen[k] : null);
      if (k === number && row) return;
      line.sight?.mark(null, null);
      line.say("");
    });
    if (row) this.#tell(lines[number], row, unit, placed, seen[0]);
  }

  #tell(line, row, unit, placed, seen) {
    const called = isFlat(row) ? unit[1] : `(${unit.join(", ")})`, values = line.fresh ? line.strip.valuesAt(unit) : [];
    const sees = row.number ? `Unit ${called} of ${line.called}, ${seenInWords(this.rows, row.number, placed)}.` : `Pixel ${called}.`;
    const each = values.length === 1 ? "" : row.number ? ", map by map" : ", channel by channel";
    const is = values.length ? ` It is ${values.join(", ")}${each}.` : "";
    line.say(sees + is);
    line.sight?.mark(null, seen);
  }
}

function isFlat({ shape }) {
  return shape.length === 1;
}

/** Where among entries the layer with an id stands, counted from 1 since the image, with id 0, is 0; else -1. */
function numberOf(id, entries) {
  return id === 0 ? 0 : entries.findIndex((entry) => entry.id === id) + 1 || -1;
}

function written(entry) {
  return entry && `${entry.id} ${layerText(entry)}`;
}
