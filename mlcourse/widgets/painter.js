import { keepKeys } from "./shared/keyboard.js";
import { drawPainter } from "./shared/painter_tools.js";

export default {
  render({ model, el }) {
    const root = document.createElement("div");
    root.className = "mlc mlc-painter";
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", model.get("label") || "painting");
    el.append(root);
    const stopDrawing = drawPainter(model, root);
    const stopKeeping = keepKeys(root);
    return () => { stopDrawing(); stopKeeping(); };
  },
};
