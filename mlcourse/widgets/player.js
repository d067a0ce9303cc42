import { drawEditors } from "./shared/editor.js";
import { button, element } from "./shared/element.js";
import { Grid } from "./shared/grid.js";
import { keepKeys } from "./shared/keyboard.js";
import { Story } from "./shared/story.js";

const PACE = 1000; // milliseconds a step while it plays

function controls(go, play) {
  const bar = {
    first: button("|◀", () => go(-Infinity), "First step (Home)"),
    back: button("◀", () => go(-1), "Step back (left arrow)"),
    forward: button("▶", () => go(1), "Step forward (right arrow)"),
    last: button("▶|", () => go(Infinity), "Last step (End)"),
    play: button("Play", play, "Play (P)"),
    scrub: element("input", { type: "range", min: "0", value: "0", "aria-label": "Step" }),
    count: element("span", { class: "mlc-count" }),
  };
  bar.root = element("div", { class: "mlc-controls", role: "group", "aria-label": "Steps" },
    bar.first, bar.back, bar.forward, bar.last, bar.play, bar.scrub, bar.count);
  return bar;
}

/** A line of code that wraps with its rest further in, so that a narrow window hides nothing. */
function codeLine(text) {
  const indent = text.length - text.trimStart().length;
  const line = element("code", {}, text.trimStart() || " ");
  line.style.paddingLeft = `${indent + 4}ch`;
  line.style.textIndent = "-4ch";
  return line;
}

function codePane() {
  const title = element("div", { class: "mlc-file" });
  const lines = element("ol", { class: "mlc-code", "aria-label": "Source" });
  let shown = null, running = null;
  const mark = (item, now) => {
    item.className = now ? "running" : "";
    item.firstChild.textContent = now ? "▶" : "";
    if (now) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  };
  return {
    root: element("div", { class: "mlc-source" }, title, lines),
    update(sources, line) {
      if (!line) return;
      const source = sources[line[0]];
      if (source.text !== shown) {
        shown = source.text;
        running = null;
        lines.replaceChildren(...source.text.split("\n").map((text, k) => element("li", { value: source.numbers[k] },
          element("span", { class: "mlc-mark", "aria-hidden": "true" }), codeLine(text))));
      }
      if (running === lines.children[line[1]]) return;
      if (running) mark(running, false);
      running = lines.children[line[1]];
      mark(running, true);
      title.textContent = `${source.file}, line ${source.numbers[line[1]]}`;
      requestAnimationFrame(() => { // asking where it stands makes the page lay itself out, which can wait
        lines.scrollTop = Math.max(0, running.offsetTop - lines.offsetTop - lines.clientHeight / 2);
      });
    },
  };
}

function render({ model, el }) {
  let story, grids, timer = null;
  const root = element("div", { class: "mlc mlc-player", role: "group", tabindex: "0", "aria-label": model.get("label") });
  const edits = element("div", { class: "mlc-edits" });
  const problem = element("div", { class: "mlc-error", role: "alert" });
  const title = element("div", { class: "mlc-title" });
  const says = element("div", { class: "mlc-says" });
  const rule = element("div", { class: "mlc-rule" });
  const numbers = element("div", { class: "mlc-numbers" });
  const arrays = element("div", { class: "mlc-arrays" });
  const code = codePane();

  const show = () => {
    const step = story.wire.steps[story.index];
    if (!step) {
      title.textContent = "There are no steps.";
      return;
    }
    title.textContent = step.title;
    says.textContent = story.wire.texts[step.says];
    const formula = story.wire.rules[step.rule];
    if (rule.mlcKey !== formula) {
      rule.mlcKey = formula;
      rule.innerHTML = formula;
    }
    numbers.textContent = step.numbers;
    for (const [name, grid] of grids) grid.update(story.grids.get(name), step.read[name] ?? [], step.wrote[name] ?? []);
    code.update(story.wire.sources, step.line);
    bar.scrub.value = String(story.index);
    bar.scrub.setAttribute("aria-valuetext", `step ${story.index + 1} of ${story.length}: ${step.title}`);
    bar.count.textContent = `${story.index + 1} / ${story.length}`;
    bar.first.disabled = bar.back.disabled = story.index === 0;
    bar.last.disabled = bar.forward.disabled = story.index === story.length - 1;
  };

  const goTo = (index) => {
    story.seek(index);
    show();
    model.set("index", story.index);
    model.save_changes();
  };
  const go = (by) => {
    pause();
    goTo(by === Infinity ? story.length - 1 : by === -Infinity ? 0 : story.index + by);
  };
  const pause = () => {
    clearInterval(timer);
    timer = null;
    bar.play.textContent = "Play";
    bar.play.setAttribute("aria-pressed", "false");
  };
  const play = () => {
    if (timer) return pause();
    if (story.index === story.length - 1) goTo(0);
    timer = setInterval(() => (story.index < story.length - 1 ? goTo(story.index + 1) : pause()), PACE);
    bar.play.textContent = "Pause";
    bar.play.setAttribute("aria-pressed", "true");
  };
  const bar = controls(go, play);

  const load = () => {
    story = new Story(model.get("trace"));
    const known = grids ?? new Map();
    grids = new Map(story.wire.grids.map(({ name }) => [name, known.get(name) ?? new Grid(name)]));
    arrays.replaceChildren(...[...grids.values()].map((grid) => grid.root));
    rule.hidden = !story.wire.rules.some(Boolean); // a student's own code has none
    bar.scrub.max = String(Math.max(0, story.length - 1));
    story.seek(model.get("index"));
    show();
  };
  const follow = () => {
    if (model.get("index") === story.index) return;
    story.seek(model.get("index"));
    show();
  };
  const complain = () => { problem.textContent = model.get("error"); };

  const keys = { ArrowRight: () => go(1), ArrowLeft: () => go(-1), Home: () => go(-Infinity), End: () => go(Infinity), p: play };
  const onKey = (event) => {
    const inEditor = event.target.closest(".mlc-edits");
    const action = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (inEditor || !action || event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
    action();
    event.preventDefault();
  };

  root.append(
    edits, problem, bar.root,
    element("div", { class: "mlc-stage" },
      element("div", { class: "mlc-told" },
        element("div", { role: "status", "aria-live": "polite" }, title, says), rule, numbers, arrays,
        element("div", { class: "mlc-legend" },
          element("span", { class: "read" }, "read"), element("span", { class: "wrote" }, "written"),
          " Keys: ← → step, Home, End, P plays")),
      code.root));
  el.append(root);
  root.addEventListener("keydown", onKey);
  bar.scrub.addEventListener("input", () => { pause(); goTo(Number(bar.scrub.value)); });
  model.on("change:trace", load);
  model.on("change:index", follow);
  model.on("change:error", complain);
  load();
  complain();
  const stopKeeping = keepKeys(root);
  const stopEditors = drawEditors(model, edits);
  return () => {
    pause();
    model.off("change:trace", load);
    model.off("change:index", follow);
    model.off("change:error", complain);
    stopKeeping();
    stopEditors();
  };
}

export default { render };
