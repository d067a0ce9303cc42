/**
 * What Jupyter loads for every widget: it fetches the widget's code once a page, and leaves nothing big behind.
 *
 * Jupyter makes a module of this text for each widget and keeps it until the page ends; and JupyterLab never lets go of
 * a closed widget's values. So the code travels as a value, is loaded once, and all values are emptied at the end.
 */
const EMPTY = { code: "", _esm: "", _css: "", trace: {}, cells: [], initial: {}, data: null, pictures: [], curves: [],
  frames: {}, frame_data: null };
const loaded = (globalThis.mlcourseCode ??= new Map());

function widgetOf(code) {
  if (!loaded.has(code)) {
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    loaded.set(code, import(address).finally(() => URL.revokeObjectURL(address)));
  }
  return loaded.get(code);
}

export default {
  initialize({ model }) {
    return () => {
      model.set(EMPTY, { silent: true });
      model.set(EMPTY, { silent: true }); // a model also keeps the values before the latest change
    };
  },
  async render({ model, el }) {
    const { default: widget } = await widgetOf(model.get("code"));
    const stop = widget.render({ model, el });
    return () => {
      stop();
      el.replaceChildren();
    };
  },
};
