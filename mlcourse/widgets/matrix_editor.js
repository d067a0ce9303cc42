import { drawEditor } from "./shared/editor.js";
import { keepKeys } from "./shared/keyboard.js";

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "mlc mlc-matrix-editor";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", model.get("label") || "numbers");
    el.append(root);
    const stopDrawing = drawEditor(model, root);
    const stopKeeping = keepKeys(root);
    return () => { stopDrawing(); stopKeeping(); };
  },
};
