import { blocksOf } from "./blocks.js";
import { button, element } from "./element.js";
import { formatNumber, readNumber } from "./number.js";
import { drawPainter } from "./painter_tools.js";
import { looksLikeTable, readTable } from "./table_text.js";

const PIXELS_A_STEP = 8; // how far a number is dragged to change by one step
const LARGEST = 64; // rows or columns
const FIXED = "On this page nothing computes with other numbers. Open the notebook where Python runs to change them.";

/**
 * Draw the numbers of a MatrixEditor's model into `root` as a grid of inputs; returns what takes it away again.
 *
 * Arrows move between cells, typing edits, Enter and leaving a cell take the number over, Escape brings the last good
 * one back, Page Up and Page Down step it (with Shift ten times as far), dragging sideways too. A table may be pasted.
 */
export function drawEditor(model, root) {
  const name = model.get("label") || "numbers", fixed = Boolean(model.get("static"));
  const tables = element("div", { class: "mlc-tables" });
  const message = element("div", { class: "mlc-error", role: "alert" });
  const history = [];
  let inputs = [];
  let rows, columns;

  const now = () => ({ shape: model.get("shape"), cells: model.get("cells") });
  const good = (position) => formatNumber(model.get("cells")[position], 9);
  const position = (input) => Number(input.dataset.position);
  const complain = (text, input) => {
    message.textContent = text;
    input?.setAttribute("aria-invalid", "true");
  };

  const send = ({ shape, cells }) => {
    model.set("shape", shape);
    model.set("cells", cells);
    model.save_changes();
  };
  const change = (cells, shape = model.get("shape")) => {
    const before = now();
    if (same(before, { shape, cells })) return show();
    history.push(before);
    send({ shape, cells });
  };
  const limits = () => [model.get("least"), model.get("most")];
  const outside = (value) => value < limits()[0] || value > limits()[1];
  const tell = (value) => `${formatNumber(value)} is outside ${formatNumber(limits()[0])} to ${formatNumber(limits()[1])}`;

  const take = (input, value) => {
    const p = position(input);
    if (fixed) return complain(FIXED);
    if (value === null) {
      return complain(`"${input.value}" is no number; ${good(p)} stays. Write 0.5, -2, 1e-3 or 1/97.`, input);
    }
    if (outside(value)) return complain(`${tell(value)}; ${good(p)} stays.`, input);
    const cells = [...model.get("cells")];
    cells[p] = value;
    change(cells);
  };

  const paste = (input, text) => {
    if (fixed) return complain(FIXED);
    const { rows: table, problem } = readTable(text);
    if (problem) return complain(problem);
    const beyond = table.flat().find(outside);
    if (beyond !== undefined) return complain(`${tell(beyond)}; nothing was changed.`);
    const p = position(input);
    const [top, left] = [Math.floor((p % (rows * columns)) / columns), p % columns];
    const start = p - (p % (rows * columns));
    let { shape, cells } = now();
    const [needRows, needColumns] = [Math.max(rows, top + table.length), Math.max(columns, left + table[0].length)];
    if (needRows > rows || needColumns > columns) {
      if (!model.get("resizable") || needRows > LARGEST || needColumns > LARGEST) {
        return complain(`What was pasted has ${table.length} rows and ${table[0].length} columns; from this cell on there `
          + `is room for ${rows - top} and ${columns - left}. Nothing was changed.`);
      }
      ({ shape, cells } = resized(shape, cells, needRows, needColumns));
    }
    cells = [...cells];
    table.forEach((row, r) => row.forEach((v, c) => { cells[start + (top + r) * needColumns + left + c] = v; }));
    change(cells, shape);
  };

  const tool = (label, sign, action) => button(sign, action, `${label} ${name}`);
  const undo = () => { if (history.length) send(history.pop()); };
  const tools = {
    undo: tool("Undo", "↶", undo),
    reset: tool("Reset", "Reset", () => {
      const { shape, cells } = model.get("initial");
      change([...cells], shape);
    }),
  };
  const resize = (byRows, byColumns) => {
    const { shape, cells } = now();
    const made = resized(shape, cells, rows + byRows, columns + byColumns);
    change(made.cells, made.shape);
  };
  const sizing = [
    tool("Add a row to", "+ row", () => resize(1, 0)), tool("Remove the last row of", "− row", () => resize(-1, 0)),
    tool("Add a column to", "+ column", () => resize(0, 1)),
    tool("Remove the last column of", "− column", () => resize(0, -1)),
  ];
  const bar = element("div", { class: "mlc-tools" }, tools.undo, tools.reset, ...(model.get("resizable") && !fixed ? sizing : []));

  const build = () => {
    const at = inputs.findIndex((input) => input === document.activeElement);
    inputs = [];
    const split = blocksOf(name, model.get("shape"));
    ({ rows, columns } = split);
    tables.replaceChildren(...split.blocks.map((block) => {
      const body = element("tbody");
      for (let r = 0; r < rows; r++) {
        const row = element("tr", { role: "row" });
        for (let c = 0; c < columns; c++) {
          const where = rows * columns > 1 ? `${block.label} row ${r}, column ${c}` : block.label;
          const input = element("input", { type: "text", inputmode: "decimal", "aria-label": where, autocomplete: "off",
            spellcheck: "false", size: "1", tabindex: inputs.length ? "-1" : "0" });
          input.dataset.position = String(block.start + r * columns + c);
          inputs.push(input);
          row.append(element("td", { role: "gridcell" }, input));
        }
        body.append(row);
      }
      return element("table", { class: "mlc-grid mlc-editable", role: "grid", "aria-label": block.label },
        element("caption", {}, block.label), body);
    }));
    sizing[0].disabled = rows >= LARGEST;
    sizing[1].disabled = rows <= 1;
    sizing[2].disabled = columns >= LARGEST;
    sizing[3].disabled = columns <= 1;
    if (at >= 0) inputs[Math.min(at, inputs.length - 1)].focus();
  };

  const show = () => {
    const { shape, cells } = now();
    const size = shape.reduce((product, n) => product * n, 1);
    if (size !== cells.length) return; // the other half of a change of size is on its way
    const split = blocksOf(name, shape);
    if (split.rows !== rows || split.columns !== columns || inputs.length !== size) build();
    for (const input of inputs) {
      const text = good(position(input));
      if (document.activeElement !== input || readNumber(input.value) !== cells[position(input)]) input.value = text;
      input.style.minWidth = `${Math.max(3, text.length) + 3}ch`; // the column is as wide as its longest number
      input.removeAttribute("aria-invalid");
    }
    message.textContent = "";
    tools.undo.hidden = !history.length;
    tools.reset.hidden = same(now(), model.get("initial"));
    bar.hidden = tools.undo.hidden && tools.reset.hidden && !model.get("resizable");
  };

  const go = (from, move) => {
    const to = inputs[inputs.indexOf(from) + move];
    if (!to) return;
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };
  const stepped = (from, steps) => Number((from + model.get("step") * steps).toPrecision(12));

  const onKey = (event) => {
    const input = event.target;
    if (!inputs.includes(input)) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const command = event.ctrlKey || event.metaKey;
    const moves = { ArrowUp: -columns, ArrowDown: columns };
    if (whole || input.value === "") Object.assign(moves, { ArrowLeft: -1, ArrowRight: 1 });
    if (event.key in moves && !event.altKey && !command) {
      go(input, moves[event.key]);
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      const by = (event.shiftKey ? 10 : 1) * (event.key === "PageUp" ? 1 : -1);
      take(input, stepped(model.get("cells")[position(input)], by));
      input.select();
    } else if (event.key === "Enter" && !command && !event.shiftKey) {
      take(input, readNumber(input.value));
      input.select();
    } else if (event.key.toLowerCase() === "z" && command && input.value === good(position(input))) {
      undo();
    } else if (event.key === "Escape") {
      input.value = good(position(input));
      input.removeAttribute("aria-invalid");
      message.textContent = "";
      input.select();
    } else {
      return;
    }
    event.preventDefault();
  };
  const onFocus = (event) => {
    if (!inputs.includes(event.target)) return;
    for (const input of inputs) input.tabIndex = input === event.target ? 0 : -1;
    event.target.select();
  };
  const onLeave = (event) => {
    const input = event.target;
    if (!inputs.includes(input)) return;
    if (input.value !== good(position(input))) take(input, readNumber(input.value));
    if (input.getAttribute("aria-invalid")) input.value = good(position(input));
  };
  const onPaste = (event) => {
    const text = event.clipboardData.getData("text");
    if (!inputs.includes(event.target) || !looksLikeTable(text)) return;
    event.preventDefault();
    paste(event.target, text);
  };

  let drag = null;
  const onDown = (event) => {
    if (!inputs.includes(event.target) || event.target === document.activeElement || event.button) return;
    drag = { input: event.target, x: event.clientX, from: model.get("cells")[position(event.target)], moved: false };
  };
  const onMove = (event) => {
    if (!drag) return;
    const steps = Math.round((event.clientX - drag.x) / PIXELS_A_STEP);
    if (!drag.moved && steps === 0) return;
    if (!drag.moved) drag.input.setPointerCapture(event.pointerId);
    drag.moved = true;
    event.preventDefault();
    const value = Math.min(Math.max(stepped(drag.from, steps), limits()[0]), limits()[1]);
    if (value !== model.get("cells")[position(drag.input)]) take(drag.input, value);
  };
  const onUp = () => { drag = null; };

  const listened = { keydown: onKey, focusin: onFocus, focusout: onLeave, paste: onPaste, pointerdown: onDown,
    pointermove: onMove, pointerup: onUp, pointercancel: onUp };
  root.append(tables, bar, message);
  for (const [event, listener] of Object.entries(listened)) root.addEventListener(event, listener);
  model.on("change:cells", show);
  model.on("change:shape", show);
  build();
  show();
  return () => {
    model.off("change:cells", show);
    model.off("change:shape", show);
    for (const [event, listener] of Object.entries(listened)) root.removeEventListener(event, listener);
  };
}

/** Draw all editors that a model refers to into `place`; what comes back takes them away again. */
export function drawEditors(model, place) {
  const drawing = model.get("editors").map(async (reference) => {
    const box = element("div", { role: "group" });
    place.append(box);
    const editor = await model.widget_manager.get_model(reference.replace("IPY_MODEL_", ""));
    const painted = Boolean(editor.get("levels"));
    box.className = painted ? "mlc-painter" : "mlc-matrix-editor";
    box.setAttribute("aria-label", `${editor.get("label")} (edit)`);
    return (painted ? drawPainter : drawEditor)(editor, box);
  });
  return () => drawing.forEach((one) => one.then((stop) => stop()));
}

function same(a, b) {
  return JSON.stringify(a.shape) === JSON.stringify(b.shape) && JSON.stringify(a.cells) === JSON.stringify(b.cells);
}

/** The same numbers in tables of another size; new cells are 0. */
function resized(shape, cells, rows, columns) {
  const { rows: oldRows, columns: oldColumns, blocks } = blocksOf("", shape);
  const made = blocks.flatMap(({ start }) => Array.from({ length: rows * columns }, (_, k) => {
    const [r, c] = [Math.floor(k / columns), k % columns];
    return r < oldRows && c < oldColumns ? cells[start + r * oldColumns + c] : 0;
  }));
  return { shape: [...shape.slice(0, -2), ...(shape.length > 1 ? [rows, columns] : [columns])], cells: made };
}
