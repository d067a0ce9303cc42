import { kernelGeometry, pairOf, refuse, transposedGeometry, wholeNumber, windowGeometry } from "./geometry.js";
import { pythonText } from "./python_text.js";
import { gather, scatter } from "./receptive_field.js";

/*
 * The layers of mlcourse/ops/stack/layers.py: their settings, and what each makes of a shape, in the same words.
 * A layer is { kind, settings }. A test holds the two equal.
 */

/** Settings of each kind in Python's order: what must be written (with a start to change), then what may be, as by default. */
export const KINDS = {
  Conv: { needs: { filters: 4, kernel_size: 3 }, options: { stride: 1, padding: 0, dilation: 1, groups: 1, bias: true } },
  ConvTranspose: {
    needs: { filters: 4, kernel_size: 2 },
    options: { stride: 1, padding: 0, output_padding: 0, dilation: 1, groups: 1, bias: true },
  },
  MaxPool: { needs: { kernel_size: 2 }, options: { stride: null, padding: 0 } },
  AvgPool: { needs: { kernel_size: 2 }, options: { stride: null, padding: 0, count_include_pad: true } },
  Upsample: { needs: { scale: 2 }, options: { mode: "nearest" } },
  Activation: { needs: { function: "relu" }, options: {} },
  BatchNorm: { needs: {}, options: { eps: 1e-5 } },
  Flatten: { needs: {}, options: {} },
  Dense: { needs: { units: 10 }, options: { bias: true } },
};

/** Settings that are one of a few texts. */
export const CHOICES = { function: ["relu", "sigmoid", "tanh"], mode: ["nearest", "bilinear"] };

/** A layer as it is written in Python. */
export function layerText({ kind, settings }) {
  const { needs, options } = KINDS[kind];
  const written = Object.keys(needs).map((name) => pythonText(settings[name]));
  for (const [name, standard] of Object.entries(options)) {
    const value = pythonText(settings[name]);
    if (value !== pythonText(standard)) written.push(`${name}=${value}`);
  }
  return `${kind}(${written.join(", ")})`;
}

/**
 * What a layer makes of a shape whose units lie on maps of a size: { output, meets: [vertical, horizontal], learnt
 * (how many numbers), multiplyAdds }. Throws Impossible.
 */
export function planOf({ kind, settings }, shape, size) {
  const plan = PLANS[kind](settings, shape, size);
  return { meets: [gather(), gather()], learnt: 0, multiplyAdds: 0, ...plan };
}

export function product(numbers) {
  return numbers.reduce((all, n) => all * n, 1);
}

const PLANS = {
  Conv(settings, shape) {
    const { channels, filters, groups, kernel, size } = filtersOf(settings, shape);
    const lies = kernelGeometry(size, kernel, settings);
    const fanIn = (channels / groups) * product(kernel), output = [filters, ...lies.output];
    return { output, meets: along(gather, lies), learnt: filters * fanIn + biasOf(settings, filters),
      multiplyAdds: product(output) * fanIn };
  },
  ConvTranspose(settings, shape) {
    const { channels, filters, groups, kernel, size } = filtersOf(settings, shape);
    const lies = transposedGeometry(size, kernel, settings), stamp = (filters / groups) * product(kernel);
    return { output: [filters, ...lies.size], meets: along(scatter, lies), learnt: channels * stamp + biasOf(settings, filters),
      multiplyAdds: product(shape) * stamp };
  },
  MaxPool: windowsOf,
  AvgPool(settings, shape) {
    yesOrNo("count_include_pad", settings.count_include_pad);
    return windowsOf(settings, shape);
  },
  Upsample({ scale, mode }, shape) {
    const [channels, ...size] = mapsOf(shape);
    if (!CHOICES.mode.includes(mode)) refuse(`mode is ${pythonText(mode)}; expected "nearest" or "bilinear".`);
    const scales = pairOf("scale", scale, 1);
    const stamp = (s) => (mode === "nearest" ? scatter(s, s) : scatter(2 * s - (s % 2), s, Math.floor(s / 2)));
    return { output: [channels, ...size.map((n, axis) => n * scales[axis])], meets: scales.map(stamp) };
  },
  Activation(settings, shape) {
    if (!CHOICES.function.includes(settings.function)) {
      refuse(`function is ${pythonText(settings.function)}; expected "relu", "sigmoid" or "tanh", in quotes.`);
    }
    return { output: shape };
  },
  BatchNorm({ eps }, shape) {
    const [channels] = mapsOf(shape);
    if (typeof eps !== "number" || !(eps > 0)) refuse(`eps is ${pythonText(eps)}; expected a small number above 0, such as 1e-5.`);
    return { output: shape, learnt: 2 * channels };
  },
  Flatten: (_, shape) => ({ output: [product(shape)] }),
  Dense(settings, shape, size) {
    if (shape.length !== 1) {
      refuse(`It takes a row of numbers, but maps ${pythonText(shape)} come in. Put Flatten() before it.`);
    }
    const units = countOf("units", settings.units);
    return { output: [units], meets: size.map((n) => gather(n, 0)), learnt: units * shape[0] + biasOf(settings, units),
      multiplyAdds: units * shape[0] };
  },
};

function mapsOf(shape) {
  if (shape.length !== 3) refuse(`It takes maps (C, H, W), but a row of ${shape[0]} numbers comes in. Put it before Flatten().`);
  return shape;
}

function countOf(name, value, hint = "") {
  if (Array.isArray(value)) refuse(`${name} is ${pythonText(value)}; expected one whole number.${hint}`);
  return wholeNumber(name, value, 1);
}

function yesOrNo(name, value) {
  if (typeof value !== "boolean") refuse(`${name} is ${pythonText(value)}; expected True or False.`);
  return value;
}

function biasOf({ bias }, many) {
  return yesOrNo("bias", bias) ? many : 0;
}

function filtersOf(settings, shape) {
  const [channels, ...size] = mapsOf(shape);
  const filters = countOf("filters", settings.filters, " Filters come first, then the size of the kernel: Conv(8, (3, 3)).");
  const groups = countOf("groups", settings.groups);
  for (const [what, many] of [["channels come in", channels], ["filters are asked for", filters]]) {
    if (many % groups) {
      refuse(`${many} ${what}, which groups=${groups} does not divide; expected a multiple of ${groups}. `
        + "Choose groups that divide both the channels that come in and the filters.");
    }
  }
  return { channels, filters, groups, size, kernel: pairOf("kernel_size", settings.kernel_size, 1) };
}

function windowsOf(settings, shape) {
  const [channels, ...size] = mapsOf(shape);
  const lies = windowGeometry(size, settings);
  return { output: [channels, ...lies.output], meets: along(gather, lies) };
}

/** The way of a layer along each axis, from how it lies. */
function along(way, { kernel, stride, padding, dilation }) {
  return kernel.map((k, axis) => way(k, stride[axis], padding[axis][0], dilation[axis]));
}
