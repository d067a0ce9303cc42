/** Calls something at once, but not again before some milliseconds are over; then once more if that was asked for. */
export class Throttle {
  constructor(milliseconds, call) {
    Object.assign(this, { milliseconds, act: call, timer: null, waits: false });
  }

  call() {
    if (this.timer !== null) {
      this.waits = true;
      return;
    }
    this.waits = false;
    this.timer = setTimeout(() => {
      this.timer = null;
      if (this.waits) this.call();
    }, this.milliseconds);
    this.act();
  }

  /** Call now what waits. */
  flush() {
    clearTimeout(this.timer);
    this.timer = null;
    if (this.waits) this.act();
    this.waits = false;
  }
}
