import { blocksOf } from "./blocks.js";
import { element } from "./element.js";
import { formatNumber } from "./number.js";

const LEGIBLE_COLUMNS = 12; // a wider grid is drawn as a picture: one small square a cell

/** One array of a story as captioned tables, redrawn cell by cell: only what differs is touched. */
export class Grid {
  constructor(name) {
    this.name = name;
    this.root = element("div", { class: "mlc-array" });
    this.shape = null;
  }

  update({ shape, values, made }, read, wrote) {
    if (JSON.stringify(shape) !== JSON.stringify(this.shape)) this.#build(shape);
    const marks = new Map([...read.map((p) => [p, "read"]), ...wrote.map((p) => [p, "wrote"])]);
    const [low, high] = this.picture && values ? extent(values) : [0, 1];
    this.cells.forEach((cell, p) => {
      const exists = values !== null && made[p];
      const text = exists ? formatNumber(values[p], this.digits) : "";
      const kind = `${marks.get(p) ?? ""}${exists ? "" : " unmade"}`;
      const shade = this.picture && exists ? shadeOf(values[p], low, high) : "";
      const key = `${text}|${kind}|${shade}`;
      if (cell.mlcKey === key) return;
      cell.mlcKey = key;
      cell.className = kind;
      cell.title = exists ? formatNumber(values[p], 12) : "not made yet";
      if (this.picture) {
        cell.style.background = shade;
      } else {
        cell.textContent = exists ? text : "·";
      }
    });
  }

  #build(shape) {
    this.shape = shape;
    this.cells = [];
    const { rows, columns, blocks } = blocksOf(this.name, shape);
    this.picture = columns > LEGIBLE_COLUMNS || rows > 2 * LEGIBLE_COLUMNS;
    this.digits = rows * columns > 40 ? 4 : 6;
    this.root.replaceChildren(...blocks.map(({ label }) => {
      const body = element("tbody");
      for (let r = 0; r < rows; r++) {
        const row = element("tr");
        for (let c = 0; c < columns; c++) {
          const cell = element("td");
          this.cells.push(cell);
          row.append(cell);
        }
        body.append(row);
      }
      return element("table", { class: "mlc-grid" + (this.picture ? " mlc-picture" : "") },
        element("caption", {}, label), body);
    }));
  }
}

function extent(values) {
  const finite = values.filter((v) => Number.isFinite(v));
  return [Math.min(0, ...finite), Math.max(0, ...finite)];
}

function shadeOf(value, low, high) {
  if (!Number.isFinite(value)) return "";
  const level = Math.round(255 * (value - low) / (high - low || 1));
  return `rgb(${level}, ${level}, ${level})`;
}
