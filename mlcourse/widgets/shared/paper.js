import { element } from "./element.js";
import { formatNumber } from "./number.js";
import { shadesOf } from "./shades.js";

const PAPER_SIZE = 320, LARGEST_CELL = 32; // pixels of the screen
const WITH_NUMBERS = 12; // rows or columns up to which there is room for each number
const DARK = 0.45; // below this a white number is read best
const NAMESPACE = "http://www.w3.org/2000/svg";

function drawn(name, attributes = {}) {
  const made = document.createElementNS(NAMESPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

/** What is painted, as shades from 0, black, to 1, white, with a cursor and the outline of something else. */
export class Paper {
  constructor(rows, columns, name) {
    Object.assign(this, { rows, columns });
    this.canvas = element("canvas", { width: columns, height: rows, "aria-hidden": "true" });
    this.svg = drawn("svg", { viewBox: `0 0 ${columns} ${rows}`, "aria-hidden": "true" });
    this.lines = drawn("path", { class: "mlc-ruled", d: ruled(rows, columns) });
    this.around = [drawn("path", { class: "mlc-around-dark" }), drawn("path", { class: "mlc-around" })];
    this.numbers = Math.max(rows, columns) > WITH_NUMBERS ? [] : Array.from({ length: rows * columns }, (_, p) =>
      drawn("text", { x: (p % columns) + 0.5, y: Math.floor(p / columns) + 0.5 }));
    this.svg.append(this.lines, ...this.numbers, ...this.around);
    this.cursor = element("div", { class: "mlc-pixel" });
    this.root = element("div", { class: "mlc-paper", tabindex: "0", role: "application", "aria-label": name },
      this.canvas, this.svg, this.cursor);
    const cell = Math.min(LARGEST_CELL, Math.floor(PAPER_SIZE / Math.max(rows, columns)));
    this.root.style.width = `${columns * cell}px`;
    this.root.style.aspectRatio = `${columns} / ${rows}`;
  }

  draw(cells) {
    const colours = shadesOf(Float64Array.from(cells), 0, 1);
    const image = new ImageData(new Uint8ClampedArray(colours.buffer), this.columns, this.rows);
    this.canvas.getContext("2d").putImageData(image, 0, 0);
    this.numbers.forEach((text, p) => {
      text.textContent = cells[p] ? formatNumber(cells[p], 2) : "";
      text.setAttribute("fill", cells[p] < DARK ? "#fff" : "#000");
    });
  }

  /** Draw a line around the cells that are true in `mask`, which may be empty. */
  surround(mask) {
    for (const path of this.around) path.setAttribute("d", edgesOf(mask, this.rows, this.columns));
  }

  point(row, column) {
    const share = (part, whole) => `${(100 * part) / whole}%`;
    Object.assign(this.cursor.style, { top: share(row, this.rows), left: share(column, this.columns),
      height: share(1, this.rows), width: share(1, this.columns) });
  }

  /** The cell [row, column] under a pointer; it may lie outside. */
  under(event) {
    const box = this.canvas.getBoundingClientRect();
    return [Math.floor(((event.clientY - box.top) / box.height) * this.rows),
      Math.floor(((event.clientX - box.left) / box.width) * this.columns)];
  }
}

function ruled(rows, columns) {
  const across = Array.from({ length: rows - 1 }, (_, r) => `M0 ${r + 1}h${columns}`);
  const down = Array.from({ length: columns - 1 }, (_, c) => `M${c + 1} 0v${rows}`);
  return [...across, ...down].join("");
}

/** The sides of cells inside a mask beyond which it ends. */
function edgesOf(mask, rows, columns) {
  const inside = (r, c) => r >= 0 && r < rows && c >= 0 && c < columns && mask[r * columns + c];
  const edges = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (!inside(r, c)) continue;
      if (!inside(r - 1, c)) edges.push(`M${c} ${r}h1`);
      if (!inside(r + 1, c)) edges.push(`M${c} ${r + 1}h1`);
      if (!inside(r, c - 1)) edges.push(`M${c} ${r}v1`);
      if (!inside(r, c + 1)) edges.push(`M${c + 1} ${r}v1`);
    }
  }
  return edges.join("");
}
