import { button, element } from "./shared/element.js";
import { keepKeys } from "./shared/keyboard.js";
import { formatNumber, readNumber } from "./shared/number.js";

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** Whether an answer is right: a number to one part in 200, all else exactly (see `agrees` in quiz.py). */
function matches(kind, answer, wanted) {
  return kind === "number" ? Math.abs(answer - wanted) <= 0.005 * Math.abs(wanted) + 1e-12 : same(answer, wanted);
}

/** An input for a number; `read` gives it, or throws what is to be told. */
function numberField(submit) {
  const input = element("input", { type: "text", inputmode: "decimal", "aria-label": "Your answer", autocomplete: "off" });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) submit();
  });
  return {
    root: input,
    read: () => {
      const value = readNumber(input.value);
      if (value === null) throw `"${input.value}" is no number. Write 0.5, -2, 1e-3 or 1/97.`;
      return value;
    },
    show: (value) => { input.value = formatNumber(value, 9); },
    tell: (value) => formatNumber(value),
  };
}

function choiceField(choices) {
  const name = `mlc-${Math.random().toString(36).slice(2)}`; // radio buttons of one question belong together
  const inputs = choices.map((value) => element("input", { type: "radio", name, value }));
  const rows = inputs.map((input, k) => element("label", { class: "mlc-choice" }, input, ` ${choices[k]}`));
  return {
    root: element("div", { role: "radiogroup", "aria-label": "Your answer" }, ...rows),
    read: () => {
      const chosen = inputs.find((input) => input.checked);
      if (!chosen) throw "Choose one first.";
      return chosen.value;
    },
    show: (value) => inputs.forEach((input) => { input.checked = input.value === value; }),
    tell: (value) => value,
  };
}

/** A table whose cells are marked by clicking, or with arrows and Space. */
function cellsField({ name, shape: [rows, columns], values }) {
  const cells = values.map((value, p) => element("button", {
    type: "button", "aria-pressed": "false", tabindex: p ? "-1" : "0",
    "aria-label": `${name} row ${Math.floor(p / columns)}, column ${p % columns}: ${formatNumber(value)}`,
  }, formatNumber(value, 4)));
  const mark = (cell, on) => {
    cell.setAttribute("aria-pressed", String(on));
    cell.parentElement.className = on ? "read" : "";
  };
  const body = element("tbody", {}, ...Array.from({ length: rows }, (_, r) => element("tr", {},
    ...cells.slice(r * columns, (r + 1) * columns).map((cell) => element("td", {}, cell)))));
  const root = element("table", { class: "mlc-grid mlc-markable" }, element("caption", {}, name), body);
  root.addEventListener("click", (event) => {
    if (cells.includes(event.target)) mark(event.target, event.target.getAttribute("aria-pressed") !== "true");
  });
  root.addEventListener("keydown", (event) => {
    const move = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const from = cells.indexOf(event.target), to = cells[from + move];
    if (from < 0 || !to) return;
    event.target.tabIndex = -1;
    to.tabIndex = 0;
    to.focus();
    event.preventDefault();
  });
  return {
    root,
    read: () => {
      const marked = cells.flatMap((cell, p) => (cell.getAttribute("aria-pressed") === "true" ? [p] : []));
      if (!marked.length) throw "Mark at least one cell first.";
      return marked;
    },
    show: (positions) => cells.forEach((cell, p) => mark(cell, positions.includes(p))),
    tell: (positions) => positions.map((p) => `row ${Math.floor(p / columns)}, column ${p % columns}`).join("; "),
  };
}

export default {
  render({ model, el }) {
    const kind = model.get("kind"), right = model.get("right"), known = model.get("known");
    const hints = [...model.get("hints")];
    let hinted = 0;

    const submit = () => {
      let answer;
      try {
        answer = field.read();
      } catch (message) {
        problem.textContent = message;
        return;
      }
      problem.textContent = "";
      if (same(answer, model.get("tries").at(-1))) return;
      model.set("tries", [...model.get("tries"), answer]);
      model.save_changes();
    };
    const makers = { number: () => numberField(submit), choice: () => choiceField(model.get("choices")),
      cells: () => cellsField(model.get("table")) };
    const field = makers[kind]();
    const check = button("Check", submit);
    const hint = button("Hint", () => {
      hinted += 1;
      show();
      if (hint.hidden) check.focus(); // it has gone, and with it the keyboard's place
    });
    const answer = button("Show the answer", () => {
      field.show(right);
      told.replaceChildren(element("p", {}, `The answer is ${field.tell(right)}. ${model.get("explains")}`));
    });
    const told = element("div", { class: "mlc-answer", role: "status", "aria-live": "polite" });
    const problem = element("div", { class: "mlc-error", role: "alert" });
    const root = element("div", { class: "mlc mlc-quiz", role: "group", "aria-label": model.get("label") },
      element("div", {}, element("strong", {}, "Question. "), model.get("question")), field.root,
      element("div", { class: "mlc-tools" }, check, hint, answer), told, problem);

    /** The hints there are now: that of the wrong answer first, then those of the question. */
    const available = (last) => {
      const found = last === undefined ? null : known.find((one) => matches(kind, last, one.answer));
      return { says: found?.says ?? "", hints: [...(found?.hint ? [found.hint] : []), ...hints] };
    };
    const show = () => {
      const tries = model.get("tries"), last = tries.at(-1);
      const solved = last !== undefined && matches(kind, last, right);
      const { says, hints: given } = available(solved ? undefined : last);
      const lines = [];
      if (solved) lines.push(element("p", { class: "right" }, `✓ Right. ${model.get("explains")}`));
      else if (last !== undefined) lines.push(element("p", { class: "wrong" }, `✗ Not yet. ${says || "Try again."}`));
      if (!solved) lines.push(...given.slice(0, hinted).map((text) => element("p", {}, `Hint: ${text}`)));
      told.replaceChildren(...lines);
      hint.hidden = solved || hinted >= given.length;
      answer.hidden = solved || tries.length < model.get("patience");
    };
    const complain = () => { problem.textContent = model.get("error"); };
    const tried = () => {
      hinted = 0;
      show();
    };
    model.on("change:tries", tried);
    model.on("change:error", complain);
    el.append(root);
    if (model.get("tries").length) field.show(model.get("tries").at(-1));
    show();
    complain();
    const stopKeeping = keepKeys(root);
    return () => {
      model.off("change:tries", tried);
      model.off("change:error", complain);
      stopKeeping();
    };
  },
};
