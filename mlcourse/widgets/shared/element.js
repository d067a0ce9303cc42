/** Make an element: element("td", { class: "x", title: "y" }, "text", child). */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children);
  return made;
}

/** Make a button; `label` is its name where its text is only a sign. */
export function button(text, action, label = null) {
  const made = element("button", { type: "button", "aria-label": label, title: label }, text);
  made.addEventListener("click", action);
  return made;
}
