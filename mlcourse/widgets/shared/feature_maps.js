import { element } from "./element.js";
import { formatNumber } from "./number.js";
import { shadesOf } from "./shades.js";
import { runsOf } from "./stack/stack.js";

const LONGEST = 88, SHORTEST = 48, WIDEST = 560, STRIP = 24; // pixels of the screen
const SVG = "http://www.w3.org/2000/svg";
const KEYS = "Arrows go from unit to unit, with Shift by ten";

/** The maps of one layer side by side, or one empty map where there are no numbers. */
export class MapStrip {
  /** `point(row, column)` hears which unit is chosen; without it the strip is only looked at. */
  constructor(point = null) {
    this.pictures = [];
    this.unit = null;
    this.keys = point ? `. ${KEYS}.` : "";
    this.root = element("div", point ? { class: "mlc-maps", tabindex: "0", role: "application", title: KEYS } : { class: "mlc-maps mlc-sight", role: "img" });
    if (point) this.#listen(point);
  }

  #listen(point) {
    this.root.addEventListener("pointerdown", (event) => {
      const picture = this.pictures.find((one) => one.root.contains(event.target));
      if (picture) point(...picture.under(event));
    });
    this.root.addEventListener("focus", () => { if (!this.unit) point(this.rows >> 1, this.columns >> 1); });
    this.root.addEventListener("keydown", (event) => {
      const by = event.shiftKey ? 10 : 1;
      const move = { ArrowUp: [-by, 0], ArrowDown: [by, 0], ArrowLeft: [0, -by], ArrowRight: [0, by] }[event.key];
      if (!move || event.ctrlKey || event.altKey || event.metaKey) return;
      event.preventDefault();
      const [row, column] = this.unit ?? [this.rows >> 1, this.columns >> 1];
      point(within(row + move[0], this.rows - 1), within(column + move[1], this.columns - 1));
    });
  }

  /** Show maps of a size, { shape, values, black, white } or null; all are drawn at the scale that suits the `largest` size. */
  update(name, [rows, columns], maps, largest) {
    this.root.setAttribute("aria-label", `${name}, ${rows} rows, ${columns} columns${this.keys}`);
    if (maps === this.maps && rows === this.rows && columns === this.columns) return;
    Object.assign(this, { rows, columns, maps });
    const count = maps?.shape[0] ?? 1, [width, height] = sizeOnScreen(rows, columns, largest);
    while (this.pictures.length > count) this.pictures.pop().root.remove();
    while (this.pictures.length < count) {
      this.pictures.push(new MapPicture());
      this.root.append(this.pictures.at(-1).root);
    }
    this.pictures.forEach((picture, k) => {
      const values = maps && maps.values.subarray(k * rows * columns, (k + 1) * rows * columns);
      picture.update(rows, columns, width, height, values && shadesOf(values, maps.black, maps.white));
    });
  }

  /** Mark a unit [row, column], or none, and what another one sees here, [rows, columns], or nothing. */
  mark(unit, seen) {
    this.unit = unit;
    for (const picture of this.pictures) picture.mark(unit, seen);
  }

  /** What a unit is in each map there is, as texts. */
  valuesAt([row, column]) {
    const step = this.rows * this.columns, at = row * this.columns + column;
    return this.pictures.map((_, k) => formatNumber(this.maps.values[k * step + at], 4));
  }
}

class MapPicture {
  constructor() {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.marks = document.createElementNS(SVG, "svg");
    this.marks.setAttribute("preserveAspectRatio", "none");
    this.marks.setAttribute("aria-hidden", "true");
    this.root = element("div", { class: "mlc-map" }, this.canvas, this.marks);
  }

  update(rows, columns, width, height, colours) {
    [this.rows, this.columns] = [rows, columns];
    this.root.style.width = `${width}px`;
    this.root.style.aspectRatio = `${width} / ${height}`;
    this.marks.setAttribute("viewBox", `0 0 ${columns} ${rows}`);
    this.canvas.hidden = !colours;
    if (!colours) return;
    this.canvas.width = columns; // which empties it
    this.canvas.height = rows;
    this.canvas.getContext("2d").putImageData(new ImageData(new Uint8ClampedArray(colours.buffer), columns, rows), 0, 0);
  }

  mark(unit, seen) {
    const boxes = (seen ? blocksOfSeen(...seen) : []).map((box) => ["read", box]);
    if (unit) boxes.push(["wrote", [unit[0], unit[0], unit[1], unit[1]]]);
    this.marks.replaceChildren(...boxes.flatMap(([kind, box]) => [rectangle("around", box), rectangle(kind, box)]));
  }

  under(event) {
    const box = this.root.getBoundingClientRect();
    const at = (share, size) => within(Math.floor(share * size), size - 1);
    return [at((event.clientY - box.top) / box.height, this.rows), at((event.clientX - box.left) / box.width, this.columns)];
  }
}

function within(value, most) {
  return Math.max(0, Math.min(most, value));
}

/** All maps at one scale, so that they shrink where the layers shrink them, but never so far that they cannot be hit. */
function sizeOnScreen(rows, columns, largest) {
  if (rows === 1 && columns > 1) return [Math.min(columns * STRIP, WIDEST), STRIP];
  const common = LONGEST / Math.max(...largest);
  const scale = Math.max(common, Math.min(SHORTEST / Math.min(rows, columns), LONGEST / Math.max(rows, columns)));
  return [Math.max(columns * scale, STRIP), Math.max(rows * scale, STRIP)];
}

function blocksOfSeen(rows, columns) {
  return runsOf(rows).flatMap(([top, bottom]) => runsOf(columns).map(([left, right]) => [top, bottom, left, right]));
}

function rectangle(kind, [top, bottom, left, right]) {
  const made = document.createElementNS(SVG, "rect");
  const place = { x: left, y: top, width: right - left + 1, height: bottom - top + 1, class: kind };
  for (const [key, value] of Object.entries(place)) made.setAttribute(key, value);
  return made;
}
