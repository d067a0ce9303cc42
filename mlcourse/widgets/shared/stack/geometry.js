import { pythonText } from "./python_text.js";

/*
 * Where a kernel lies on an image, as mlcourse/ops/geometry.py and ops/conv_transpose.py say it, in the same words.
 * A test holds the two equal. Every pair is [vertical, horizontal].
 */

/** A setting or a layer that is not possible; its message says what came, what was expected and how to mend it. */
export class Impossible extends Error {}

export function refuse(words) {
  throw new Impossible(words);
}

export function wholeNumber(name, value, least) {
  if (!Number.isInteger(value)) {
    const hint = typeof value === "number" ? " Divide with //, which gives whole numbers." : "";
    refuse(`${name} is ${pythonText(value)}; expected a whole number or a pair of them.${hint}`);
  }
  if (value < least) refuse(`${name} is ${pythonText(value)}; expected at least ${least}.`);
  return value;
}

export function pairOf(name, value, least) {
  if (!Array.isArray(value)) return [wholeNumber(name, value, least), value];
  if (value.length !== 2) refuse(`${name} is ${pythonText(value)}; expected a whole number or a pair (vertical, horizontal).`);
  return value.map((one) => wholeNumber(name, one, least));
}

/** How a kernel with weights lies on maps of a size (`geometry` in Python). */
export function kernelGeometry(size, kernel, { stride, padding, dilation }) {
  const steps = pairOf("stride", stride, 1), apart = pairOf("dilation", dilation, 1);
  const lies = layOut(size, kernel, steps, margins(padding, size, kernel, steps, apart), apart);
  checkFit(lies, "kernel or dilation");
  return lies;
}

/** How the windows of a pooling layer lie on maps of a size (`window_geometry`). */
export function windowGeometry(size, { kernel_size, stride, padding }) {
  const kernel = pairOf("kernel_size", kernel_size, 1);
  const steps = stride === null ? kernel : pairOf("stride", stride, 1);
  const around = margins(padding, size, kernel, steps, [1, 1]), half = kernel.map((k) => Math.floor(k / 2));
  if (around.some((sides, axis) => sides.some((side) => side > half[axis]))) {
    refuse(`padding is ${pythonText(around)} with kernel_size ${pythonText(kernel)}; expected at most half of it on each `
      + `side, ${pythonText(half)}. Further out a window could lie on padding alone, with no pixel in it. `
      + "Pad less, or take a larger window.");
  }
  const lies = layOut(size, kernel, steps, around, [1, 1]);
  checkFit(lies, "window");
  return lies;
}

/** How the convolution lies that a transposed one runs backwards (`transposed_geometry`); its `size` is what comes out. */
export function transposedGeometry(size, kernel, { stride, padding, output_padding, dilation }) {
  const steps = pairOf("stride", stride, 1), apart = pairOf("dilation", dilation, 1);
  const more = pairOf("output_padding", output_padding, 0);
  ["vertically", "horizontally"].forEach((direction, axis) => {
    if (more[axis] < Math.max(steps[axis], apart[axis])) return;
    refuse(`output_padding is ${more[axis]} ${direction}, with stride ${steps[axis]} and dilation ${apart[axis]}; expected `
      + "less than one of the two. conv2d with this stride turns several image sizes into one; output_padding only says "
      + "which of them comes back. For a larger output take a larger stride.");
  });
  const scaled = size.map((n, axis) => n * steps[axis]);
  const around = margins(padding, scaled, kernel, steps, apart);
  if (padding === "same") {
    if (more.some((extra) => extra)) {
      refuse(`output_padding is ${pythonText(more)}, but padding="same" already makes the output size * stride = `
        + `${pythonText(scaled)}. Leave output_padding out, or write padding as numbers.`);
    }
    return layOut(scaled, kernel, steps, around, apart);
  }
  const spread = size.map((n, axis) => (n - 1) * steps[axis] + apart[axis] * (kernel[axis] - 1) + 1 + more[axis]);
  const image = spread.map((n, axis) => n - around[axis][0] - around[axis][1]);
  if (Math.min(...image) < 1) {
    refuse(`Nothing would be left: the result covers ${pythonText(spread)} pixels, and padding ${pythonText(around)} cuts `
      + `its sides off down to ${pythonText(image)}. Here padding takes away what it would add in conv2d. Pad less.`);
  }
  return layOut(image, kernel, steps, around, apart);
}

function layOut(size, kernel, stride, padding, dilation) {
  const padded = size.map((n, axis) => n + padding[axis][0] + padding[axis][1]);
  const reach = kernel.map((k, axis) => dilation[axis] * (k - 1) + 1);
  const output = padded.map((n, axis) => Math.floor((n - reach[axis]) / stride[axis]) + 1);
  return { size, kernel, stride, padding, dilation, padded, reach, output };
}

function checkFit({ size, kernel, padding, dilation, padded, reach }, what) {
  ["rows", "columns"].forEach((name, axis) => {
    if (reach[axis] <= padded[axis]) return;
    refuse(`The kernel does not fit: it reaches over ${reach[axis]} ${name}, the image has ${padded[axis]} with padding `
      + `${pythonText(padding)} (image ${pythonText(size)}, kernel ${pythonText(kernel)}, dilation ${pythonText(dilation)}). `
      + `Take a smaller ${what}, or pad more.`);
  });
}

/** Any accepted padding as [[top, bottom], [left, right]]. */
function margins(padding, size, kernel, stride, dilation) {
  if (padding === "valid") return [[0, 0], [0, 0]];
  if (padding === "same") {
    return size.map((n, axis) => {
      const needed = (Math.ceil(n / stride[axis]) - 1) * stride[axis] + dilation[axis] * (kernel[axis] - 1) + 1 - n;
      const total = Math.max(needed, 0);
      return [Math.floor(total / 2), total - Math.floor(total / 2)];
    });
  }
  if (typeof padding === "string") refuse(`padding is "${padding}"; expected "valid", "same" or numbers.`);
  if (Array.isArray(padding)) {
    const writtenOut = padding.filter(Array.isArray);
    if (padding.length !== 2 || (writtenOut.length && writtenOut.map((sides) => sides.length).join() !== "2,2")) {
      refuse(`padding is ${pythonText(padding)}; expected a whole number, a pair (vertical, horizontal) `
        + "or ((top, bottom), (left, right)).");
    }
    if (writtenOut.length) return padding.map((sides) => sides.map((side) => wholeNumber("padding", side, 0)));
  }
  const [vertical, horizontal] = pairOf("padding", padding, 0);
  return [[vertical, vertical], [horizontal, horizontal]];
}
