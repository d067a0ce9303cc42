import { element } from "./element.js";
import { formatNumber } from "./number.js";

/** Draw an Explorer's controls; `change(name, value)` hears of every turn. `show(values)` sets them. */
export function drawInputs(controls, change) {
  const makers = { slider: sliderInput, choice: choiceInput, checkbox: checkboxInput };
  const inputs = controls.map((control) => {
    const label = control.name.replaceAll("_", " ");
    return makers[control.kind](control, label, (value) => change(control.name, value));
  });
  return {
    root: element("div", { class: "mlc-inputs" }, ...inputs.map((input) => input.root)),
    show: (values) => inputs.forEach((input, k) => input.show(values[controls[k].name])),
  };
}

function sliderInput({ least, most, step }, label, change) {
  const input = element("input", { type: "range", min: least, max: most, step, "aria-label": label });
  const written = element("span", { class: "mlc-count" });
  const write = () => { written.textContent = formatNumber(Number(input.value), 4); };
  input.addEventListener("input", () => {
    write();
    change(Number(input.value));
  });
  return {
    root: element("label", {}, label, input, written),
    show: (value) => {
      if (Number(input.value) !== value) input.value = String(value);
      write();
    },
  };
}

function choiceInput({ choices }, label, change) {
  const written = (choice) => (typeof choice === "number" ? formatNumber(choice) : choice);
  const input = element("select", { "aria-label": label },
    ...choices.map((choice, k) => element("option", { value: k }, written(choice))));
  input.addEventListener("change", () => change(choices[Number(input.value)]));
  return {
    root: element("label", {}, label, input),
    show: (value) => { input.value = String(choices.indexOf(value)); },
  };
}

function checkboxInput(_, label, change) {
  const input = element("input", { type: "checkbox", "aria-label": label });
  input.addEventListener("change", () => change(input.checked));
  return { root: element("label", {}, input, label), show: (value) => { input.checked = value; } };
}
