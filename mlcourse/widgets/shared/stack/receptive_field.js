/*
 * Which pixels of the image a unit depends on, along one axis, as mlcourse/ops/stack/receptive_field.py says it: there
 * is told why one period is all there is to know. A way is how a layer meets the one before: it gathers or it scatters.
 */

/** Unit i meets the units i * stride - before + p * dilation of the layer before, p = 0 ... kernel - 1. */
export function gather(kernel = 1, stride = 1, before = 0, dilation = 1) {
  return { gathers: true, kernel, stride, before, dilation };
}

/** Unit m of the layer before feeds the units m * stride - before + p * dilation: gathering backwards. */
export function scatter(kernel = 1, stride = 1, before = 0, dilation = 1) {
  return { gathers: false, kernel, stride, before, dilation };
}

/** Units of the layer before that unit i meets, also beyond its ends. */
export function metBy({ gathers, kernel, stride, before, dilation }, i) {
  const taps = Array.from({ length: kernel }, (_, p) => p * dilation);
  if (gathers) return taps.map((tap) => i * stride - before + tap);
  return taps.map((tap) => (i + before - tap) / stride).filter(Number.isInteger);
}

/** What each pixel of the image sees: itself. First and last pixel of the units of one period, and the next one's shift. */
export const ITSELF = { first: [0], last: [0], shift: 1 };

/** First and last pixel that unit i sees, on an image without end. */
export function fieldOf({ first, last, shift }, i) {
  const turn = Math.floor(i / first.length), phase = i - turn * first.length;
  return [first[phase] + turn * shift, last[phase] + turn * shift];
}

/** Pixels from the first to the last, both counted, of the unit that sees farthest. */
export function fieldSize({ first, last }) {
  return first.reduce((size, start, phase) => Math.max(size, last[phase] - start + 1), 0);
}

/** What is seen after one layer more, which meets this one by a way. */
export function fieldThrough(field, way) {
  const period = field.first.length, [units, moves] = way.gathers ? [1, way.stride] : [way.stride, 1];
  const turns = period / commonDivisor(period, moves);
  const first = [], last = [];
  for (let i = 0; i < units * turns; i++) {
    let [from, to] = [Infinity, -Infinity];
    for (const met of metBy(way, i)) {
      const [start, end] = fieldOf(field, met);
      [from, to] = [Math.min(from, start), Math.max(to, end)];
    }
    first.push(from);
    last.push(to);
  }
  return { first, last, shift: (turns * moves) / period * field.shift };
}

function commonDivisor(a, b) {
  return b === 0 ? a : commonDivisor(b, a % b);
}
