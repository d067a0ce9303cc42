/** The cells [row, column] on the straight line from one to another, with both; each touches the next one. */
export function cellsBetween([fromRow, fromColumn], [toRow, toColumn]) {
  const [down, right] = [toRow - fromRow, toColumn - fromColumn];
  const steps = Math.max(Math.abs(down), Math.abs(right), 1);
  return Array.from({ length: steps + 1 }, (_, k) =>
    [Math.round(fromRow + (down * k) / steps), Math.round(fromColumn + (right * k) / steps)]);
}

/** Numbers on a grid that are painted, moved as a whole, taken back; it knows nothing of the page. */
export class Painting {
  constructor(cells, rows, columns) {
    Object.assign(this, { cells: [...cells], rows, columns, past: [], future: [], before: null, lifted: null });
  }

  /** Whether all cells hold the same number, so that no part of it could be moved. */
  get even() {
    return this.cells.every((value) => value === this.cells[0]);
  }

  at(row, column) {
    return this.cells[row * this.columns + column];
  }

  holds(row, column) {
    return row >= 0 && row < this.rows && column >= 0 && column < this.columns;
  }

  equals(cells) {
    return equal(cells, this.cells);
  }

  /** Begin what Undo takes back at once; what has begun goes on. */
  begin() {
    this.before ??= [...this.cells];
  }

  /** End it; true where something has changed since it began. */
  end() {
    const changed = this.before !== null && !equal(this.before, this.cells);
    if (changed) {
      this.past.push(this.before);
      this.future = [];
    }
    this.before = null;
    return changed;
  }

  /** Paint a line; what of it lies outside the grid is left out. */
  line(from, to, value) {
    for (const [row, column] of cellsBetween(from, to)) {
      if (this.holds(row, column)) this.#put(row * this.columns + column, value);
    }
  }

  fill(cells) {
    if (this.equals(cells)) return;
    this.cells = [...cells];
    this.lifted = null;
  }

  /** How far what is painted was moved by now: { down, right }. */
  get moved() {
    this.lifted ??= { cells: this.cells, bright: brightPart(this.cells, this.columns), down: 0, right: 0 };
    return { down: this.lifted.down, right: this.lifted.right };
  }

  /**
   * Move everything so far from where it was painted; false where that is cut short, since the brighter half stays on
   * the grid. As long as nothing else is done, all of it can come back, also what went over the edge.
   */
  moveTo(down, right) {
    if (!this.moved || !this.lifted.bright) return false;
    const { bright, cells } = this.lifted;
    this.lifted.down = between(-bright.top, down, this.rows - 1 - bright.bottom);
    this.lifted.right = between(-bright.left, right, this.columns - 1 - bright.right);
    this.cells = shifted(cells, this.rows, this.columns, this.lifted.down, this.lifted.right);
    return this.lifted.down === down && this.lifted.right === right;
  }

  undo() {
    return this.#turn(this.past, this.future);
  }

  redo() {
    return this.#turn(this.future, this.past);
  }

  #turn(from, to) {
    if (!from.length) return false;
    to.push(this.cells);
    this.cells = from.pop();
    this.lifted = null;
    return true;
  }

  #put(position, value) {
    if (this.cells[position] === value) return;
    this.lifted = null;
    this.cells[position] = value;
  }
}

function equal(a, b) {
  return a.length === b.length && a.every((value, p) => value === b[p]);
}

function between(least, value, most) {
  return Math.max(least, Math.min(most, value));
}

/** The rectangle around all that is more than half as bright as the brightest; null where all is the same. */
function brightPart(cells, columns) {
  const [least, most] = [Math.min(...cells), Math.max(...cells)];
  if (least === most) return null;
  const part = { top: Infinity, bottom: -1, left: Infinity, right: -1 };
  cells.forEach((value, p) => {
    if (value <= (least + most) / 2) return;
    const [row, column] = [Math.floor(p / columns), p % columns];
    Object.assign(part, { top: Math.min(part.top, row), bottom: Math.max(part.bottom, row),
      left: Math.min(part.left, column), right: Math.max(part.right, column) });
  });
  return part;
}

/** The same numbers some rows and columns further; where nothing came from, the least of them. */
function shifted(cells, rows, columns, down, right) {
  const ground = Math.min(...cells);
  return cells.map((_, p) => {
    const [row, column] = [Math.floor(p / columns) - down, (p % columns) - right];
    return row >= 0 && row < rows && column >= 0 && column < columns ? cells[row * columns + column] : ground;
  });
}
