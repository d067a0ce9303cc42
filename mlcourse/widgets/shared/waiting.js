const SIGN_AFTER = 300, DOUBT_AFTER = 10_000; // milliseconds without an answer
const NEVER = "This page cannot draw that anew. Open the notebook where Python runs.";
const DOUBT = "No answer from Python yet. It still works, or its kernel has ended: then run the cell again.";

/**
 * Says in `place` that Python is at work, and after a while that it may have ended; `root` is marked meanwhile. Where a
 * page is `fixed`, there is no Python, and it says so at once.
 */
export class Waiting {
  constructor(root, place, fixed) {
    Object.assign(this, { root, place, fixed, timers: [] });
  }

  start() {
    if (this.timers.length) return;
    if (this.fixed) {
      this.root.classList.add("waiting");
      this.place.textContent = NEVER;
      return;
    }
    this.timers = [
      setTimeout(() => {
        this.root.classList.add("waiting");
        this.place.textContent = "Working …";
      }, SIGN_AFTER),
      setTimeout(() => { this.place.textContent = DOUBT; }, DOUBT_AFTER),
    ];
  }

  stop() {
    this.timers.forEach(clearTimeout);
    this.timers = [];
    this.root.classList.remove("waiting");
    this.place.textContent = "";
  }
}
