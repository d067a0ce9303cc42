import { element } from "./shared/element.js";
import { keepKeys } from "./shared/keyboard.js";

const PAUSE = 400; // milliseconds without a key after which the words are kept

export default {
  render({ model, el }) {
    let timer = null;
    const label = model.get("label");
    const text = element("textarea", { rows: "2", "aria-label": label, placeholder: "Write it down, even if it is a guess." });
    const kept = element("div", { class: "mlc-kept", role: "status" });
    const problem = element("div", { class: "mlc-error", role: "alert" });
    const root = element("div", { class: "mlc mlc-prediction", role: "group", "aria-label": label },
      element("div", {}, element("strong", {}, "Predict. "), model.get("question")), text, kept, problem);

    const send = () => {
      clearTimeout(timer);
      if (text.value === model.get("words")) return;
      model.set("words", text.value);
      model.save_changes();
      kept.textContent = "Kept. Now look below.";
    };
    const show = () => {
      if (document.activeElement !== text) text.value = model.get("words");
      problem.textContent = model.get("error");
    };
    text.addEventListener("input", () => {
      kept.textContent = "";
      clearTimeout(timer);
      timer = setTimeout(send, PAUSE);
    });
    text.addEventListener("blur", send);
    model.on("change:words", show);
    model.on("change:error", show);
    el.append(root);
    show();
    const stopKeeping = keepKeys(root);
    return () => {
      send();
      model.off("change:words", show);
      model.off("change:error", show);
      stopKeeping();
    };
  },
};
