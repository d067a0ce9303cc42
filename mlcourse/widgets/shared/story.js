/**
 * A trace that can be wound forward and back: `seek(i)` brings every grid to where it is after step i.
 *
 * Forward it applies what the step changed and keeps what stood there; back it puts that in place again. `grids` holds
 * for each name its shape, values, and which cells are made: a cell that is written before it is read is not made
 * until then, though an array of zeros may stand there already.
 */
export class Story {
  constructor(wire) {
    this.wire = wire;
    this.index = -1;
    this.kept = [];
    this.grids = new Map(wire.grids.map(({ name, shape }) => [name, { shape, values: null, made: null }]));
    this.firstTouch = this.#findFirstTouch();
  }

  get length() {
    return this.wire.steps.length;
  }

  seek(index) {
    const to = Math.max(0, Math.min(index, this.length - 1));
    while (this.index < to) this.#forward();
    while (this.index > to) this.#back();
  }

  #forward() {
    this.index += 1;
    const step = this.wire.steps[this.index];
    const before = new Map();
    for (const [name, { shape, values }] of Object.entries(step.new)) {
      before.set(name, this.grids.get(name));
      const readFirst = this.firstTouch.get(`${this.index} ${name}`);
      this.grids.set(name, { shape, values: [...values], made: [...readFirst] });
    }
    for (const [name, positions] of Object.entries(step.wrote)) {
      const grid = this.grids.get(name);
      if (!before.has(name)) {
        before.set(name, positions.map((p) => [p, grid.values[p], grid.made[p]]));
      }
      positions.forEach((p, k) => {
        if (step.values[name]) grid.values[p] = step.values[name][k];
        grid.made[p] = true;
      });
    }
    this.kept.push(before);
  }

  #back() {
    for (const [name, old] of this.kept.pop()) {
      if (!Array.isArray(old)) {
        this.grids.set(name, old);
        continue;
      }
      const grid = this.grids.get(name);
      for (const [p, value, made] of old) {
        grid.values[p] = value;
        grid.made[p] = made;
      }
    }
    this.index -= 1;
  }

  /** For each array that comes in: which of its cells are read before they are written, or never written at all. */
  #findFirstTouch() {
    const found = new Map();
    const current = new Map();
    this.wire.steps.forEach((step, i) => {
      for (const [name, { values }] of Object.entries(step.new)) {
        const touch = { first: new Array(values.length).fill(null), written: false };
        current.set(name, touch);
        found.set(`${i} ${name}`, touch);
      }
      for (const [name, positions] of Object.entries(step.read)) {
        for (const p of positions) current.get(name).first[p] ??= "read";
      }
      for (const [name, positions] of Object.entries(step.wrote)) {
        for (const p of positions) {
          if (current.get(name).first[p] === null) {
            current.get(name).first[p] = "wrote";
            current.get(name).written = true;
          }
        }
      }
    });
    for (const [key, { first, written }] of found) {
      found.set(key, first.map((touch) => (touch === null ? !written : touch === "read")));
    }
    return found;
  }
}
