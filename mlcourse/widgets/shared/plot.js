import { element } from "./element.js";
import { formatNumber } from "./number.js";

const WIDTH = 480, HEIGHT = 280; // of the drawing; on the screen it shrinks with its place
const LEFT = 62, RIGHT = 360, TOP = 12, BOTTOM = 238; // the axes; right of them stand the curves' names
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"]; // those of Okabe and Ito that show on light and dark
const DASHES = ["", "7 4", "2 4", "10 3 2 3", "14 5"];
const APART = 17; // of two names
const LETTERS = 17, FIT = 13; // of a name beside its curve: at most, and as many as need not be drawn narrower
const COLUMNS = 2; // to a unit of the drawing: as narrow as a point of most screens
const THICK = { "stroke-width": 2.5 }, THIN = { "stroke-width": 1, "stroke-opacity": 0.5 };
const DOT = { "stroke-width": 6 };
const AROUND = { class: "mlc-around", "stroke-width": 4.5, "stroke-dasharray": "" }; // so that a thick line shows on thin ones

/** Curves in one plot, each with colour, dash and name; a cursor along x by pointer and arrows tells their values. */
export class Plot {
  constructor() {
    this.at = null; // position of the cursor among all x
    this.drawing = svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
    this.view = element("div", { class: "mlc-plot", tabindex: "0", role: "application" }, this.drawing);
    this.status = element("div", { class: "mlc-reading", role: "status", "aria-live": "polite" });
    this.root = element("div", {}, this.view, this.status);
    const point = (event) => {
      const box = this.drawing.getBoundingClientRect();
      this.#go(this.#nearest(this.x.back(((event.clientX - box.left) / box.width) * WIDTH)));
    };
    this.view.addEventListener("pointermove", point);
    this.view.addEventListener("pointerdown", point);
    this.view.addEventListener("focus", () => this.#go(this.at ?? this.allX.length >> 1));
    this.view.addEventListener("keydown", (event) => {
      const by = event.shiftKey ? 10 : 1;
      const goals = { ArrowLeft: this.at - by, ArrowRight: this.at + by, Home: 0, End: Infinity };
      if (!(event.key in goals) || event.ctrlKey || event.altKey || event.metaKey) return;
      this.#go(goals[event.key]);
      event.preventDefault();
    });
  }

  /**
   * Show curves: { name, x, y } each; `axes` names the two axes, and x is drawn as far as `reach` where that is given.
   * A curve has a `style`, or that of its place; where it is `smoothed`, its `means` { x, y } are drawn thick, it itself thin.
   */
  update(curves, axes, reach = []) {
    this.root.hidden = !curves.length;
    if (!curves.length) return;
    const before = this.at === null ? null : this.allX[this.at];
    Object.assign(this, { curves: curves.map((curve, k) => ({ style: k, ...curve })), axes, sorted: null });
    if (before !== null) this.at = this.#nearest(before);
    this.x = axis([...curves.map(({ x }) => x), reach], LEFT, RIGHT);
    this.y = axis(curves.map(({ y }) => y), BOTTOM, TOP);
    this.view.setAttribute("aria-label", `Curves${axes[1] && ` of ${axes[1]}`}: ${curves.map(({ name }) => name).join(", ")}. `
      + "Left and right arrows, Home and End move the cursor, with Shift by ten.");
    this.cursor = svg("g");
    this.drawing.replaceChildren(...this.#frame(), ...this.curves.flatMap((curve) => this.#lines(curve)), ...this.#names(),
      this.cursor);
    this.#point();
  }

  /** Every x, sorted; made when it is asked for, since a plot that grows is drawn far more often than read. */
  get allX() {
    return (this.sorted ??= Float64Array.from(new Set(this.curves.flatMap(({ x }) => [...x]))).sort());
  }

  #lines({ x, y, means, smoothed, style }) {
    const { to: toX } = this.x, { to: toY } = this.y;
    const drawn = (points, width) => line(points.x, points.y, toX, toY, { ...look(style), ...width });
    if (!smoothed) return [drawn({ x, y }, THICK), dots({ x, y }, toX, toY, { ...look(style), ...DOT })];
    return [drawn({ x, y }, THIN), drawn(means, AROUND), drawn(means, THICK)];
  }

  #frame() {
    const parts = [];
    for (const tick of this.x.ticks) {
      parts.push(svg("line", { class: "mlc-tick", x1: this.x.to(tick), x2: this.x.to(tick), y1: TOP, y2: BOTTOM }),
        words(formatNumber(tick, 4), this.x.to(tick), BOTTOM + 17, "middle"));
    }
    for (const tick of this.y.ticks) {
      parts.push(svg("line", { class: "mlc-tick", x1: LEFT, x2: RIGHT, y1: this.y.to(tick), y2: this.y.to(tick) }),
        words(formatNumber(tick, 4), LEFT - 6, this.y.to(tick) + 4, "end"));
    }
    const turned = words(this.axes[1], 0, 0, "middle");
    turned.setAttribute("transform", `translate(12 ${(TOP + BOTTOM) / 2}) rotate(-90)`);
    return [...parts, words(this.axes[0], (LEFT + RIGHT) / 2, HEIGHT - 6, "middle"), turned];
  }

  /** Each name beside the end of its curve; where ends lie close, names move apart. */
  #names() {
    const places = this.curves.map(({ y, means, smoothed }, k) => {
      const last = (smoothed ? means.y : y).findLast((value) => Number.isFinite(value));
      return { k, y: last === undefined ? BOTTOM : this.y.to(last) };
    }).sort((a, b) => a.y - b.y);
    places.forEach((place, n) => { place.y = Math.max(place.y, n ? places[n - 1].y + APART : TOP + 4); });
    const over = Math.max(0, places.at(-1).y - BOTTOM);
    return places.flatMap(({ k, y }) => {
      const { name, style } = this.curves[k], short = name.length > LETTERS ? `${name.slice(0, LETTERS - 1)}…` : name;
      const sample = svg("line", { ...look(style), ...THICK, x1: RIGHT + 4, x2: RIGHT + 24, y1: y - over, y2: y - over });
      const text = words(short, RIGHT + 28, y - over + 4, "start");
      if (short.length > FIT) {
        text.setAttribute("textLength", WIDTH - RIGHT - 32);
        text.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
      return [sample, text];
    });
  }

  #nearest(x) {
    let best = 0;
    this.allX.forEach((other, k) => { if (Math.abs(other - x) < Math.abs(this.allX[best] - x)) best = k; });
    return best;
  }

  #go(at) {
    this.at = Math.max(0, Math.min(this.allX.length - 1, at));
    this.#point();
  }

  #point() {
    if (this.at === null) {
      this.#tell("Point at the plot, or move in it with the arrow keys, to read its numbers.");
      return;
    }
    const x = this.allX[this.at], parts = [], values = [];
    parts.push(svg("line", { class: "mlc-cursor", x1: this.x.to(x), x2: this.x.to(x), y1: TOP, y2: BOTTOM }));
    for (const { name, x: all, y, means, style } of this.curves) {
      const n = all.indexOf(x);
      if (n < 0) continue; // this curve has no point here
      const mean = means?.y[means.x.indexOf(x)];
      values.push(`${name} ${formatNumber(y[n])}${Number.isFinite(mean) ? ` (smoothed ${formatNumber(mean)})` : ""}`);
      if (Number.isFinite(y[n])) parts.push(svg("circle", { cx: this.x.to(x), cy: this.y.to(y[n]), r: 4, fill: look(style).stroke }));
    }
    this.cursor.replaceChildren(...parts);
    this.#tell(`${this.axes[0] || "x"} ${formatNumber(x)}: ${values.join("; ")}`);
  }

  /** Words that stay are not written again, or they would be read aloud again. */
  #tell(words) {
    if (this.status.textContent !== words) this.status.textContent = words;
  }
}

/** From values, in several lists, to places on the drawing and back, with a few round ticks. */
function axis(lists, from, to) {
  let least = Infinity, most = -Infinity;
  for (const values of lists) {
    for (const value of values) {
      if (!Number.isFinite(value)) continue;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
  }
  if (least > most) [least, most] = [0, 1]; // nothing finite
  if (least === most) [least, most] = [least - (Math.abs(least) || 1) / 2, most + (Math.abs(most) || 1) / 2];
  const span = most - least, rough = span / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= rough * 0.999);
  const first = Math.ceil(least / step - 1e-9), count = Math.floor(most / step + 1e-9) - first + 1;
  const ticks = Array.from({ length: count }, (_, k) => Number(((first + k) * step).toPrecision(12)));
  return { to: (value) => from + ((value - least) / span) * (to - from), back: (place) => least + ((place - from) / (to - from)) * span, ticks };
}

/**
 * A curve as a path; what is not finite leaves a gap, and a point alone is drawn as a dot. Of many points in one column
 * the first, least, greatest and last are drawn, so that no peak is lost.
 */
function line(x, y, toX, toY, attributes) {
  const parts = [];
  let drawing = false, first = 0, low = 0, high = 0;
  const column = (n) => Math.floor(toX(x[n]) * COLUMNS);
  for (let n = 0; n < x.length; n++) {
    if (!Number.isFinite(y[n])) {
      drawing = false;
      continue;
    }
    if (n === 0 || !Number.isFinite(y[n - 1]) || column(n) !== column(n - 1)) first = low = high = n;
    if (y[n] < y[low]) low = n;
    if (y[n] > y[high]) high = n;
    if (n + 1 < x.length && Number.isFinite(y[n + 1]) && column(n + 1) === column(n)) continue; // the column goes on
    for (const kept of [...new Set([first, low, high, n])].sort((a, b) => a - b)) {
      const place = `${toX(x[kept]).toFixed(2)} ${toY(y[kept]).toFixed(2)}`;
      parts.push(drawing ? `L${place}` : `M${place}h0`);
      drawing = true;
    }
  }
  return svg("path", { ...attributes, d: parts.join("") });
}

/** The points that stand alone, larger than a line would show them. */
function dots({ x, y }, toX, toY, attributes) {
  const alone = [...y.keys()].filter((n) => Number.isFinite(y[n]) && !Number.isFinite(y[n - 1]) && !Number.isFinite(y[n + 1]));
  return svg("path", { ...attributes, d: alone.map((n) => `M${toX(x[n]).toFixed(2)} ${toY(y[n]).toFixed(2)}h0`).join("") });
}

/** Colour and dash; each style has another pair. */
function look(style) {
  return { fill: "none", stroke: COLOURS[style % COLOURS.length], "stroke-dasharray": DASHES[style % DASHES.length], "stroke-linecap": "round" };
}

function words(text, x, y, anchor) {
  const made = svg("text", { x, y, "text-anchor": anchor });
  made.textContent = text;
  return made;
}

function svg(name, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}
