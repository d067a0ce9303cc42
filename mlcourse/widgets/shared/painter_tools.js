import { button, element } from "./element.js";
import { formatNumber } from "./number.js";
import { Painting } from "./painting.js";
import { Paper } from "./paper.js";
import { Throttle } from "./throttle.js";

const SEND_EVERY = 50; // milliseconds, at most twenty times a second
const UNPAINTABLE = "On this page nothing computes with another painting. Open the notebook where Python runs to paint.";
const FIRST_DRAW = "Draw with the pointer or with keys.";
const FIRST_READ = "Point at it, or move in it with the arrow keys, to read its numbers.";
const PAINTER_KEYS = [
  ["Arrows", "go from cell to cell; Home and End to the ends of the row, with Ctrl to those of the grid"],
  ["Space, Enter", "paint or erase this cell"],
  ["Shift + arrows", "paint or erase on the way"],
  ["Delete", "erases this cell"],
  ["Alt + arrows", "move all that is painted"],
  ["P, E, M", "choose the tool: paint, erase, move"],
  ["+, −", "choose another value to paint"],
  ["Ctrl + Z, Ctrl + Y", "undo, redo"],
];
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/** Draw a Painter's model into `root`, to paint by pointer and by keyboard; returns what takes it away again. */
export function drawPainter(model, root) {
  const name = model.get("label") || "painting", fixed = Boolean(model.get("static"));
  const [rows, columns] = model.get("shape").slice(-2), levels = model.get("levels");
  const painting = new Painting(model.get("cells"), rows, columns);
  const about = `${name}, ${rows} rows, ${columns} columns. Arrows move, Space paints; more under Keys.`;
  const paper = new Paper(rows, columns, about);
  const caption = element("figcaption");
  const status = element("div", { class: "mlc-reading", role: "status", "aria-live": "polite" });
  const message = element("div", { class: "mlc-error", role: "alert" });
  let tool = "paint", level = levels.at(-1);
  let cursor = [0, 0], pointer = null; // pointer: what is pressed now

  const throttle = new Throttle(SEND_EVERY, () => {
    model.set("cells", [...painting.cells]);
    model.save_changes();
  });
  const show = () => {
    paper.draw(painting.cells);
    tools.undo.setAttribute("aria-disabled", String(!painting.past.length));
    tools.redo.setAttribute("aria-disabled", String(!painting.future.length));
  };
  const tell = ([row, column] = cursor, before = "") => {
    status.textContent = `${before}row ${row}, column ${column}: ${formatNumber(painting.at(row, column))}`;
  };
  const go = (row, column) => {
    cursor = [Math.max(0, Math.min(rows - 1, row)), Math.max(0, Math.min(columns - 1, column))];
    paper.point(...cursor);
  };

  /** Change the painting; `act` may be one of several that Undo takes back at once, until `finish`. */
  const change = (act) => {
    if (fixed) {
      message.textContent = UNPAINTABLE;
      return;
    }
    painting.begin();
    act();
    show();
    throttle.call();
  };
  const finish = () => {
    if (painting.end()) show();
    follow();
  };
  const once = (act) => {
    finish();
    change(act);
    finish();
  };
  const turn = (way, said) => {
    finish();
    if (fixed || !painting[way]()) return;
    show();
    throttle.call();
    tell(cursor, `${said}; `);
  };
  const move = (down, right) => change(() => {
    const whole = painting.moveTo(down, right);
    status.textContent = painting.even ? "There is nothing to move: all cells hold the same."
      : `moved ${wayOf(painting.moved)}${whole ? "" : ", as far as the edge"}`;
  });
  const moveBy = (down, right) => move(painting.moved.down + down, painting.moved.right + right);
  const ink = () => (tool === "erase" ? 0 : level);

  const choose = (chosen) => {
    tool = root.dataset.tool = chosen;
    for (const one of ["paint", "erase", "move"]) tools[one].setAttribute("aria-pressed", String(one === tool));
    palette.forEach((one, k) => one.setAttribute("aria-pressed", String(tool === "paint" && levels[k] === level)));
  };
  const take = (value) => {
    level = value;
    choose("paint");
  };
  const named = (label, text, action) => button(text, action, `${label} ${name}`);
  const reset = (cells, said) => {
    once(() => painting.fill(cells));
    tell(cursor, `${said}; `);
  };
  const tools = {
    paint: named("Paint", "Paint", () => choose("paint")), erase: named("Erase", "Erase", () => choose("erase")),
    move: named("Move", "Move", () => choose("move")),
    undo: named("Undo", "↶", () => turn("undo", "undone")), redo: named("Redo", "↷", () => turn("redo", "redone")),
    clear: named("Clear", "Clear", () => reset(painting.cells.map(() => 0), "cleared")),
    reset: named("Reset", "Reset", () => reset(model.get("initial").cells, "reset")),
  };
  const palette = levels.map((value) => {
    const grey = Math.round(255 * value);
    const swatch = element("span", { class: "mlc-swatch", style: `background: rgb(${grey}, ${grey}, ${grey})` });
    const made = button("", () => take(value), `Paint ${formatNumber(value)} in ${name}`);
    made.append(swatch, formatNumber(value));
    return made;
  });
  const bar = (label, ...parts) =>
    element("div", { class: "mlc-tools", role: "group", "aria-label": `${label} of ${name}` }, ...parts);
  const bars = [bar("Tools", tools.paint, tools.erase, tools.move), bar("Values", ...palette),
    bar("Changes", tools.undo, tools.redo, tools.clear, tools.reset)];
  bars[1].hidden = levels.length === 1;
  for (const one of bars) one.hidden ||= fixed;

  const onKey = (event) => {
    if (pointer) return event.preventDefault(); // one hand at a time
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const command = event.ctrlKey || event.metaKey, there = event.target === paper.root;
    if (command && (key === "z" || key === "y") && !event.altKey) {
      turn(key === "y" || event.shiftKey ? "redo" : "undo", key === "y" || event.shiftKey ? "redone" : "undone");
    } else if (there && key in ARROWS && !command) {
      onArrow(event, ...ARROWS[key]);
    } else if (there && (key === "Home" || key === "End") && !event.altKey) {
      finish();
      const last = key === "End";
      go(command ? (last ? rows : 0) : cursor[0], last ? columns : 0);
      tell();
    } else if (command || event.altKey) {
      return;
    } else if (there && (key === " " || key === "Enter")) {
      if (tool === "move") status.textContent = "Move is chosen: the arrows move what is painted. P chooses paint.";
      else use(ink());
    } else if (there && (key === "Delete" || key === "Backspace")) {
      use(0);
    } else if (key in { p: 1, e: 1, m: 1 }) {
      choose({ p: "paint", e: "erase", m: "move" }[key]);
    } else if ("+=-−".includes(key)) {
      const to = levels[levels.indexOf(level) + (key === "+" || key === "=" ? 1 : -1)];
      if (to !== undefined) take(to);
      status.textContent = `paints ${formatNumber(level)}`;
    } else {
      return;
    }
    event.preventDefault();
  };
  const use = (value) => {
    once(() => painting.line(cursor, cursor, value));
    tell();
  };
  const onArrow = (event, down, right) => {
    if (event.altKey || tool === "move") return moveBy(down, right);
    const from = cursor;
    if (!event.shiftKey) finish();
    go(from[0] + down, from[1] + right);
    if (event.shiftKey) change(() => painting.line(from, cursor, ink()));
    tell();
  };
  const onKeyUp = (event) => {
    if (event.key === "Shift" || event.key === "Alt" || (tool === "move" && event.key in ARROWS)) finish();
  };

  const onDown = (event) => {
    if (event.button || pointer) return;
    paper.root.focus({ preventScroll: true });
    finish();
    paper.root.setPointerCapture(event.pointerId);
    const at = paper.under(event);
    pointer = { id: event.pointerId, at, from: at, moved: painting.moved };
    go(...at);
    event.preventDefault();
    if (tool === "move") return;
    change(() => painting.line(at, at, ink()));
    tell();
  };
  const onMove = (event) => {
    const at = paper.under(event);
    if (!pointer) {
      if (painting.holds(...at)) tell(at);
      return;
    }
    if (event.pointerId !== pointer.id || (at[0] === pointer.at[0] && at[1] === pointer.at[1])) return;
    const last = pointer.at;
    pointer.at = at;
    go(...at);
    if (tool === "move") {
      move(pointer.moved.down + at[0] - pointer.from[0], pointer.moved.right + at[1] - pointer.from[1]);
    } else {
      change(() => painting.line(last, at, ink()));
      tell();
    }
  };
  const onUp = (event) => {
    if (event.pointerId !== pointer?.id) return;
    pointer = null;
    finish();
  };

  /** Take over what Python or another view has changed, unless something is being painted here. */
  const follow = () => {
    const cells = model.get("cells");
    if (painting.before || throttle.waits || painting.equals(cells) || cells.length !== painting.cells.length) return;
    painting.begin();
    painting.fill(cells);
    painting.end();
    show();
  };
  const complain = () => { message.textContent = model.get("error"); };
  const surround = () => {
    const mask = model.get("outline");
    paper.surround(mask);
    caption.replaceChildren(element("strong", {}, name), ": black 0, white 1",
      ...(mask.length ? [element("br"), `dashed line: 0.5 and more of ${model.get("outlined")}`] : []));
  };
  const heard = { "change:cells": follow, "change:error": complain, "change:outline": surround,
    "change:outlined": surround };
  const onPaper = { pointerdown: onDown, pointermove: onMove, pointerup: onUp, pointercancel: onUp,
    lostpointercapture: onUp, focusout: finish };
  const keysHelp = element("details", { class: "mlc-keys" }, element("summary", {}, "Keys"),
    element("dl", {}, ...PAINTER_KEYS.flatMap(([key, does]) => [element("dt", {}, key), element("dd", {}, does)])));
  root.append(element("figure", {}, paper.root, caption), status, message, ...bars, keysHelp);
  for (const [event, listener] of Object.entries(onPaper)) paper.root.addEventListener(event, listener);
  root.addEventListener("keydown", onKey);
  root.addEventListener("keyup", onKeyUp);
  for (const [event, listener] of Object.entries(heard)) model.on(event, listener);
  go(rows >> 1, columns >> 1);
  choose("paint");
  surround();
  show();
  complain();
  status.textContent = fixed ? FIRST_READ : FIRST_DRAW;
  return () => {
    if (model.get("cells").length) throttle.flush();
    for (const [event, listener] of Object.entries(heard)) model.off(event, listener);
    root.removeEventListener("keydown", onKey);
    root.removeEventListener("keyup", onKeyUp);
  };
}

function wayOf({ down, right }) {
  const vertical = down && `${Math.abs(down)} ${down > 0 ? "down" : "up"}`;
  const horizontal = right && `${Math.abs(right)} ${right > 0 ? "right" : "left"}`;
  return [vertical, horizontal].filter(Boolean).join(", ") || "back to where it was painted";
}
