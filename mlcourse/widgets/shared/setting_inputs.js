import { element } from "./element.js";
import { CHOICES, KINDS } from "./stack/layers.js";
import { pythonText, readSetting, writeSetting } from "./stack/python_text.js";

const CALLED = { kernel_size: "kernel", output_padding: "output padding", count_include_pad: "count padding" };
const EXPLAINED = {
  kernel_size: "Rows and columns: 3, or 3, 5",
  stride: "Pixels from one place of the kernel to the next: 1, or 1, 2",
  padding: "Zeros around: 1, or 1, 2, or ((top, bottom), (left, right)), or same, or valid",
  output_padding: "Rows and columns more, at the bottom and on the right",
  dilation: "Pixels from one weight to the next: 1, or 1, 2",
  groups: "Parts that channels and filters are split into",
  count_include_pad: "Whether the zeros of the padding count as pixels",
  scale: "Pixels that one becomes: 2, or 2, 3",
  eps: "Added to the variance",
};

/** Which input each setting of a layer has; while this stays the same, a row can show the layer. */
export function inputsOf({ kind, settings }) {
  const { needs, options } = KINDS[kind];
  return Object.keys({ ...needs, ...options }).map((setting) => {
    if (typeof settings[setting] === "boolean") return [setting, "box"];
    return [setting, CHOICES[setting]?.includes(settings[setting]) ? "choice" : "text"];
  });
}

/** The inputs of a layer's settings, { root, show(settings, layer) } each; `edit(name, value)` hears of every change. */
export function settingInputs(layer, edit) {
  const makers = { box: boxInput, choice: choiceOf, text: textInput };
  return inputsOf(layer).map(([setting, input]) => makers[input](setting, (value) => edit(setting, value)));
}

function labelled(setting, input, before = true) {
  const called = CALLED[setting] ?? setting;
  input.title = EXPLAINED[setting] ?? "";
  return { called, root: element("label", {}, ...(before ? [called, input] : [input, called])) };
}

function textInput(setting, edit) {
  const input = element("input", { type: "text", autocomplete: "off", spellcheck: "false", size: "6" });
  const { called, root } = labelled(setting, input);
  if (setting === "stride") input.placeholder = "kernel"; // of pooling, whose windows lie side by side unless told otherwise
  const read = () => {
    const value = readSetting(input.value);
    return value === "" && setting === "stride" ? null : value;
  };
  input.addEventListener("input", () => edit(read()));
  return { root, show(settings, layer) {
    if (pythonText(read()) !== pythonText(settings[setting])) input.value = writeSetting(settings[setting]); // else as it was typed
    input.setAttribute("aria-label", `${called} of ${layer}`);
  } };
}

function choiceOf(setting, edit) {
  const select = element("select", {}, ...CHOICES[setting].map((choice) => element("option", {}, choice)));
  const { called, root } = labelled(setting, select);
  select.addEventListener("change", () => edit(select.value));
  return { root, show(settings, layer) {
    select.value = settings[setting];
    select.setAttribute("aria-label", `${called} of ${layer}`);
  } };
}

function boxInput(setting, edit) {
  const box = element("input", { type: "checkbox" });
  const { called, root } = labelled(setting, box, false);
  box.addEventListener("change", () => edit(box.checked));
  return { root, show(settings, layer) {
    box.checked = settings[setting];
    box.setAttribute("aria-label", `${called} of ${layer}`);
  } };
}
