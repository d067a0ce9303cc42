/**
 * What Jupyter does for a widget, on a page without Python: it holds the widget's values, tells it of changes, and keeps
 * in the browser what a student does.
 */
const { models, codes, places } = JSON.parse(document.getElementById("mlc-state").textContent);

class Model {
  constructor(values, keptAs) {
    Object.assign(this, { values, keptAs, listeners: {}, changed: {} });
    this.widget_manager = { get_model: async (id) => made(id) };
    Object.assign(values, this.#kept());
    if (values.frames?.shown) this.#show();
  }

  get(name) {
    return name === "static" ? true : this.values[name];
  }

  set(name, value) {
    if (JSON.stringify(this.values[name]) === JSON.stringify(value)) return;
    this.values[name] = value;
    this.changed[name] = value;
    for (const listener of this.listeners[`change:${name}`] ?? []) listener();
  }

  on(event, listener) {
    (this.listeners[event] ??= []).push(listener);
  }

  off(event, listener) {
    this.listeners[event] = (this.listeners[event] ?? []).filter((other) => other !== listener);
  }

  /** Where Python would hear of the changes, they are kept; and of pictures made beforehand the nearest is shown. */
  save_changes() {
    const { asked, answered, made: count, ...changed } = this.changed;
    this.changed = {};
    try {
      localStorage.setItem(this.keptAs, JSON.stringify({ ...this.#kept(), ...changed }));
    } catch { /* the browser keeps nothing for this page */ }
    if (!this.values.frames?.shown || !("values" in changed)) return;
    this.#show();
    this.set("answered", asked);
    this.set("made", this.values.made + 1);
  }

  #kept() {
    try {
      return JSON.parse(localStorage.getItem(this.keptAs)) ?? {};
    } catch {
      return {};
    }
  }

  #show() {
    const { positions, shown } = this.values.frames, near = {};
    let at = 0;
    for (const [name, choices] of Object.entries(positions)) {
      const wanted = this.values.values[name];
      let k = choices.indexOf(wanted);
      if (k < 0) k = choices.reduce((best, value, n) => (Math.abs(value - wanted) < Math.abs(choices[best] - wanted) ? n : best), 0);
      near[name] = choices[k];
      at = at * choices.length + k;
    }
    this.set("values", near);
    const { pictures, curves, readings, error } = shown[at];
    if (!error) Object.assign(this.values, { pictures, curves, readings, data: this.values.frame_data });
    this.set("error", error && `${error} What is shown is still what the last good values gave.`);
  }
}

const made = (() => {
  const all = new Map();
  return (id) => {
    if (!all.has(id)) {
      const { values, bytes, number } = models[id];
      for (const [name, text] of Object.entries(bytes)) {
        values[name] = new DataView(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
      }
      all.set(id, new Model(values, `mlcourse ${location.pathname} ${number} ${values.label}`));
    }
    return all.get(id);
  };
})();

const modules = codes.map((code) => import(URL.createObjectURL(new Blob([code], { type: "text/javascript" }))));
for (const place of document.querySelectorAll("[data-mlc]")) {
  const { model, code } = places[place.dataset.mlc];
  modules[code].then(({ default: widget }) => {
    place.replaceChildren();
    widget.render({ model: made(model), el: place });
  });
}
