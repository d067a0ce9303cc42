import { blocksOf } from "./blocks.js";
import { element } from "./element.js";
import { formatNumber } from "./number.js";
import { readNumber } from "./number.js";

/**
 * Draw the numbers of a MatrixEditor's model into `root` as a grid of inputs; returns what takes it away again.
 *
 * Arrows move between cells, typing edits, Enter and leaving a cell take the number over, Escape brings the last good
 * one back, Page Up and Page Down step it (with Shift ten times as far).
 */
export function drawEditor(model, root) {
  const name = model.get("label") || "numbers";
  const message = element("div", { class: "mlc-error", role: "alert" });
  const inputs = [];
  const { rows, columns, blocks } = blocksOf(name, model.get("shape"));

  for (const block of blocks) {
    const body = element("tbody");
    for (let r = 0; r < rows; r++) {
      const row = element("tr", { role: "row" });
      for (let c = 0; c < columns; c++) {
        const where = rows * columns > 1 ? `${block.label} row ${r}, column ${c}` : block.label;
        const input = element("input", {
          type: "text", inputmode: "decimal", "aria-label": where, autocomplete: "off", spellcheck: "false",
          tabindex: inputs.length ? "-1" : "0",
        });
        input.dataset.position = String(block.start + r * columns + c);
        inputs.push(input);
        row.append(element("td", { role: "gridcell" }, input));
      }
      body.append(row);
    }
    root.append(element("table", { class: "mlc-grid mlc-editable", role: "grid", "aria-label": block.label },
      element("caption", {}, block.label), body));
  }
  root.append(message);

  const good = (position) => formatNumber(model.get("cells")[position], 9);
  const show = () => {
    const cells = model.get("cells");
    for (const input of inputs) {
      const text = good(Number(input.dataset.position));
      if (document.activeElement !== input || readNumber(input.value) !== cells[Number(input.dataset.position)]) {
        input.value = text;
      }
      input.style.width = `${Math.max(3, text.length) + 3}ch`;
      input.removeAttribute("aria-invalid");
    }
    message.textContent = "";
  };

  const take = (input, value) => {
    const position = Number(input.dataset.position);
    const [least, most] = [model.get("least"), model.get("most")];
    if (value === null || value < least || value > most) {
      input.setAttribute("aria-invalid", "true");
      message.textContent = value === null
        ? `"${input.value}" is no number; ${good(position)} stays. Write 0.5, -2, 1e-3 or 1/97.`
        : `${formatNumber(value)} is outside ${formatNumber(least)} to ${formatNumber(most)}; ${good(position)} stays.`;
      return;
    }
    const cells = [...model.get("cells")];
    const changed = cells[position] !== value;
    cells[position] = value;
    if (changed) {
      model.set("cells", cells);
      model.save_changes();
    }
    show();
  };

  const go = (from, move) => {
    const to = inputs[inputs.indexOf(from) + move];
    if (!to) return;
    from.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
  };

  const onKey = (event) => {
    const input = event.target;
    if (!inputs.includes(input)) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    const moves = { ArrowUp: -columns, ArrowDown: columns };
    if (whole || input.value === "") Object.assign(moves, { ArrowLeft: -1, ArrowRight: 1 });
    if (event.key in moves && !event.altKey && !event.ctrlKey && !event.metaKey) {
      go(input, moves[event.key]);
    } else if (event.key === "PageUp" || event.key === "PageDown") {
      const by = model.get("step") * (event.shiftKey ? 10 : 1) * (event.key === "PageUp" ? 1 : -1);
      const from = model.get("cells")[Number(input.dataset.position)];
      take(input, Number((from + by).toPrecision(12)));
      input.select();
    } else if (event.key === "Enter") {
      take(input, readNumber(input.value));
      input.select();
    } else if (event.key === "Escape") {
      input.value = good(Number(input.dataset.position));
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
    if (input.value !== good(Number(input.dataset.position))) take(input, readNumber(input.value));
    if (input.getAttribute("aria-invalid")) input.value = good(Number(input.dataset.position));
  };

  root.addEventListener("keydown", onKey);
  root.addEventListener("focusin", onFocus);
  root.addEventListener("focusout", onLeave);
  model.on("change:cells", show);
  show();
  return () => {
    model.off("change:cells", show);
    root.removeEventListener("keydown", onKey);
    root.removeEventListener("focusin", onFocus);
    root.removeEventListener("focusout", onLeave);
  };
}
