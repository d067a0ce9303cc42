import { button, element } from "./element.js";
import { formatNumber } from "./number.js";
import { Picture, Sight } from "./picture.js";

const LEAST_SEEN = 4; // rows or columns of the largest picture at the highest zoom

/** Pictures side by side: one cross-hair and one zoom for all of a size, a difference where just two have one size. */
export class Gallery {
  constructor() {
    this.sights = new Map();
    this.shown = [];
    this.level = 0;
    this.out = button("−", () => this.#zoom(-1), "Zoom out (minus)");
    this.in = button("+", () => this.#zoom(1), "Zoom in (plus)");
    this.differ = button("Difference", () => {
      const pressed = this.differ.getAttribute("aria-pressed") !== "true";
      this.differ.setAttribute("aria-pressed", String(pressed));
      this.update(this.given);
    });
    this.differ.setAttribute("aria-pressed", "false");
    this.magnified = element("span", { class: "mlc-count" });
    this.tools = element("div", { class: "mlc-tools", role: "group", "aria-label": "Zoom" }, this.out, this.in, this.magnified, this.differ);
    this.row = element("div", { class: "mlc-pictures" });
    this.status = element("div", { class: "mlc-reading", role: "status", "aria-live": "polite" });
    this.root = element("div", {}, this.tools, this.row, this.status);
  }

  /** Show pictures: { name, shape, values, black, white } each. */
  update(given) {
    this.given = given;
    const pairs = pairsOf(given);
    this.differ.hidden = !pairs.length;
    const wanted = this.differ.getAttribute("aria-pressed") === "true" ? [...given, ...pairs.map(difference)] : given;
    const labels = JSON.stringify(wanted.map(({ name, shape }) => [name, shape]));
    if (labels !== this.labels) this.#build(wanted);
    this.labels = labels;
    this.shown.forEach((picture, k) => picture.update(wanted[k]));
    this.root.hidden = !wanted.length;
    this.#tell();
  }

  #build(wanted) {
    const known = this.sights;
    this.sights = new Map();
    for (const { shape } of wanted) {
      const size = shape.join();
      this.sights.set(size, known.get(size) ?? new Sight(...shape));
    }
    const old = new Map(this.shown.map((picture) => [picture.name, picture]));
    this.shown = wanted.map(({ name, shape }) => {
      const sight = this.sights.get(shape.join()), same = old.get(name);
      return same?.sight === sight ? same : new Picture(name, sight, (...what) => this.#act(sight, ...what));
    });
    const focused = [...old.values()].find((picture) => picture.view === document.activeElement)?.name;
    this.row.replaceChildren(...this.shown.map((picture) => picture.root));
    if (focused !== undefined) (this.shown.find((picture) => picture.name === focused) ?? this.shown[0])?.view.focus();
    this.#zoom(0);
  }

  #act(sight, what, ...by) {
    const { top, left, row } = sight;
    if (what === "zoom") return this.#zoom(by[0]);
    if (what === "go") sight.go(...by);
    else if (row === null) sight.centre();
    else sight.go(sight.row + by[0], sight.column + by[1]);
    const moved = sight.top !== top || sight.left !== left;
    for (const picture of this.shown) {
      if (picture.sight === sight) moved ? picture.draw() : picture.point();
    }
    this.latest = sight;
    this.#tell();
  }

  #zoom(by) {
    const largest = Math.max(...this.shown.flatMap(({ sight }) => [sight.rows, sight.columns]));
    const most = Math.max(0, Math.floor(Math.log2(largest / LEAST_SEEN)));
    this.level = Math.max(0, Math.min(most, this.level + by));
    for (const sight of this.sights.values()) sight.zoom(this.level);
    for (const picture of this.shown) if (picture.colours) picture.draw();
    this.magnified.textContent = `${2 ** this.level} ×`;
    this.out.disabled = this.level === 0;
    this.in.disabled = this.level === most;
  }

  #tell() {
    const sight = [...this.sights.values()].includes(this.latest) ? this.latest : null;
    if (!sight) {
      this.status.textContent = "Point at a picture, or move in it with the arrow keys, to read its numbers.";
      return;
    }
    const values = this.shown.filter((picture) => picture.sight === sight)
      .map((picture) => `${picture.name} ${formatNumber(picture.valueAtCross())}`);
    this.status.textContent = `row ${sight.row}, column ${sight.column}: ${values.join("; ")}`;
  }
}

/** Pictures that share their size with just one other. */
function pairsOf(pictures) {
  const bySize = new Map();
  for (const picture of pictures) bySize.set(picture.shape.join(), [...(bySize.get(picture.shape.join()) ?? []), picture]);
  return [...bySize.values()].filter((group) => group.length === 2);
}

function difference([first, second]) {
  const values = Float64Array.from(second.values, (value, p) => value - first.values[p]);
  let most = 0;
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value));
  return { name: `${second.name} − ${first.name}`, shape: first.shape, values, black: -most, white: most, diverging: true };
}
