const FOCUSABLE = "button, input, select, textarea, summary, a[href], [tabindex]";

/**
 * Keep every key pressed inside `root` from the notebook around it.
 *
 * JupyterLab listens while a key event bubbles, Notebook 7 while it is captured. Both leave an element alone that
 * carries this attribute, but only if the focused element itself has it; so each one gets it, also those made later.
 */
export function keepKeys(root) {
  const stamp = () => {
    for (const element of [root, ...root.querySelectorAll(FOCUSABLE)]) {
      element.setAttribute("data-lm-suppress-shortcuts", "true");
    }
  };
  const stop = (event) => event.stopPropagation();
  const observer = new MutationObserver(stamp);
  stamp();
  observer.observe(root, { childList: true, subtree: true });
  for (const name of ["keydown", "keypress", "keyup"]) root.addEventListener(name, stop);
  return () => {
    observer.disconnect();
    for (const name of ["keydown", "keypress", "keyup"]) root.removeEventListener(name, stop);
  };
}
