import { element } from "./element.js";
import { formatNumber } from "./number.js";
import { ODD_SAYS, SHADES_SAY, shadesOf } from "./shades.js";

const WIDEST = 256, HIGHEST = 320; // pixels of the screen for a picture
const KEYS = "Arrows move the cross-hair, with Shift by ten; plus and minus zoom, 0 shows all";

/** What part of pictures of one size is seen, and where their cross-hair stands (row null: nowhere yet). */
export class Sight {
  constructor(rows, columns) {
    Object.assign(this, { rows, columns, row: null, column: null });
    this.zoom(0);
  }

  /** See one part in 2^level of each side, the cross-hair in its middle. */
  zoom(level) {
    this.height = Math.max(1, Math.round(this.rows / 2 ** level));
    this.width = Math.max(1, Math.round(this.columns / 2 ** level));
    this.top = within((this.row ?? this.rows >> 1) - (this.height >> 1), this.rows - this.height);
    this.left = within((this.column ?? this.columns >> 1) - (this.width >> 1), this.columns - this.width);
  }

  /** Put the cross-hair somewhere, and bring it into view. */
  go(row, column) {
    this.row = within(row, this.rows - 1);
    this.column = within(column, this.columns - 1);
    this.top = Math.min(Math.max(this.top, this.row - this.height + 1), this.row);
    this.left = Math.min(Math.max(this.left, this.column - this.width + 1), this.column);
  }

  centre() {
    if (this.row === null) this.go(this.rows >> 1, this.columns >> 1);
  }
}

function within(value, most) {
  return Math.max(0, Math.min(most, value));
}

/** One picture; its sight it may share with others. `act` hears ("go", row, column), ("move", rows, columns), ("zoom", by). */
export class Picture {
  constructor(name, sight, act) {
    this.name = name;
    this.sight = sight;
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.cross = ["mlc-across", "mlc-down", "mlc-pixel"].map((kind) => element("div", { class: kind }));
    this.view = element("div", { class: "mlc-view", tabindex: "0", role: "application", title: KEYS,
      "aria-label": `${name}, ${sight.rows} rows, ${sight.columns} columns. ${KEYS}.` }, this.canvas, ...this.cross);
    this.caption = element("figcaption");
    this.root = element("figure", {}, this.view, this.caption);
    this.view.addEventListener("pointermove", (event) => act("go", ...this.#under(event)));
    this.view.addEventListener("pointerdown", (event) => act("go", ...this.#under(event)));
    this.view.addEventListener("focus", () => act("move", 0, 0));
    this.view.addEventListener("keydown", (event) => {
      const by = event.shiftKey ? 10 : 1;
      const moves = { ArrowUp: [-by, 0], ArrowDown: [by, 0], ArrowLeft: [0, -by], ArrowRight: [0, by] };
      const zooms = { "+": 1, "=": 1, "-": -1, 0: -Infinity };
      if (event.ctrlKey || event.altKey || event.metaKey) return;
      if (event.key in moves) act("move", ...moves[event.key]);
      else if (event.key in zooms) act("zoom", zooms[event.key]);
      else return;
      event.preventDefault();
    });
  }

  /** Take new values, flat and row by row. */
  update({ values, black, white, diverging }) {
    this.values = values;
    this.colours = shadesOf(values, black, white, diverging);
    const odd = new Set();
    for (const value of values) if (!Number.isFinite(value)) odd.add(formatNumber(value));
    const says = SHADES_SAY[diverging ? "diverging" : "grey"]
      .replace("{black}", formatNumber(black, 4)).replace("{white}", formatNumber(white, 4));
    this.caption.replaceChildren(element("strong", {}, this.name), element("br"),
      [says, ...[...odd].map((kind) => ODD_SAYS[kind])].join(", "));
    this.draw();
  }

  draw() {
    const { rows, columns, top, left, height, width } = this.sight;
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    const seen = new Uint32Array(width * height);
    for (let r = 0; r < height; r++) {
      const from = (top + r) * columns + left;
      seen.set(this.colours.subarray(from, from + width), r * width);
    }
    const image = new ImageData(new Uint8ClampedArray(seen.buffer), width, height);
    this.canvas.getContext("2d").putImageData(image, 0, 0);
    const scale = Math.min(WIDEST / columns, HIGHEST / rows);
    this.view.style.width = `${(scale > 1 ? Math.floor(scale) : scale) * columns}px`;
    this.view.style.aspectRatio = `${width} / ${height}`;
    this.point();
  }

  /** Draw the cross-hair where the sight has it, if that is in view. */
  point() {
    const { row, column, top, left, height, width } = this.sight;
    const seen = row !== null && row >= top && row < top + height && column >= left && column < left + width;
    const [across, down, pixel] = this.cross;
    for (const part of this.cross) part.hidden = !seen;
    if (!seen) return;
    across.style.top = `${(100 * (row - top + 0.5)) / height}%`;
    down.style.left = `${(100 * (column - left + 0.5)) / width}%`;
    Object.assign(pixel.style, { top: `${(100 * (row - top)) / height}%`, left: `${(100 * (column - left)) / width}%`,
      height: `${100 / height}%`, width: `${100 / width}%` });
  }

  valueAtCross() {
    return this.values[this.sight.row * this.sight.columns + this.sight.column];
  }

  #under(event) {
    const box = this.view.getBoundingClientRect(), { top, left, height, width } = this.sight;
    const at = (share, size) => within(Math.floor(share * size), size - 1);
    return [top + at((event.clientY - box.top) / box.height, height), left + at((event.clientX - box.left) / box.width, width)];
  }
}
