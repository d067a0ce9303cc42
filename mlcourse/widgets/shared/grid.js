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
    if (shape !== this.shape && JSON.stringify(shape) !== JSON.stringify(this.shape)) this.#build(shape);
    const marks = new Map([...read.map((p) => [p, "read"]), ...wrote.map((p) => [p, "wrote"])]);
    const [low, high] = this.picture && values ? extent(values) : [0, 1];
    const rescaled = low !== this.low || high !== this.high;
    [this.low, this.high] = [low, high];
    for (let p = 0; p < this.cells.length; p++) {
      const exists = values !== null && made[p];
      const value = exists ? values[p] : undefined;
      const kind = `${marks.get(p) ?? ""}${exists ? "" : " unmade"}`;
      const cell = this.cells[p];
      if (cell.mlcKind !== kind) cell.className = cell.mlcKind = kind;
      if (cell.mlcValue === value && cell.mlcDrawn && !(rescaled && exists)) continue;
      cell.mlcValue = value;
      cell.mlcDrawn = true;
      cell.title = exists ? formatNumber(value, 12) : "not made yet";
      if (this.picture) {
        cell.style.background = exists ? shadeOf(value, low, high) : "";
      } else {
        cell.textContent = exists ? formatNumber(value, this.digits) : "·";
      }
    }
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
