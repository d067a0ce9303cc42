import { Impossible, refuse } from "./geometry.js";
import { layerText, planOf, product } from "./layers.js";
import { pythonText, thousands } from "./python_text.js";
import { ITSELF, fieldOf, fieldSize, fieldThrough, metBy } from "./receptive_field.js";

/*
 * Layers one after the other, as mlcourse/ops/stack/stack.py says it: what comes out of each, what it costs, what its
 * units see, and why a layer is not possible. A test holds the two equal, to the word.
 */

// What one widget builds, the same as in ../../stack_limits.py: beyond, the page or the kernel would stand still.
const LARGEST = { filters: 10_000, units: 10_000, groups: 10_000, scale: 16 }, LARGEST_OTHER = 1024;
const LONGEST_SIDE = 1024, MOST_NUMBERS = 100_000_000, MOST_PARAMETERS = 1_000_000_000;

/** { rows, broken }: a row for the image and for each layer that is possible; the first that is not, { number, says }. */
export function buildStack(layers, image) {
  const rows = [{ number: 0, text: "image", shape: image, size: image.slice(1), fields: [ITSELF, ITSELF], learnt: 0, multiplyAdds: 0 }];
  for (const layer of layers) {
    try {
      rows.push(rowAbove(layer, rows.at(-1), image));
    } catch (error) {
      if (!(error instanceof Impossible)) throw error;
      return { rows, broken: { number: rows.length, says: error.message } };
    }
  }
  return { rows, broken: null };
}

/** A stack as it is written in Python. */
export function stackText(layers, image) {
  return `Stack([${layers.map(layerText).join(", ")}], image=${pythonText(image)})`;
}

/** Pixels from the first to the last that a unit away from the edge sees, [vertical, horizontal]. */
export function receptiveField({ fields }) {
  return fields.map(fieldSize);
}

/** Row and column on its map of unit k in a row of numbers, after Flatten. */
export function placeOf({ size }, k) {
  const p = k % product(size);
  return [Math.floor(p / size[1]), p % size[1]];
}

/** What a unit (row, column) of a layer depends on, in each layer from its own down to the image: [rows, columns] each. */
export function seenBelow(rows, number, unit) {
  const seen = [];
  seen[number] = unit.map((place) => [place]);
  for (let above = number; above > 0; above--) {
    seen[above - 1] = seen[above].map((places, axis) => {
      const met = new Set(places.flatMap((i) => metBy(rows[above].meets[axis], i)));
      return [...met].filter((m) => m >= 0 && m < rows[above - 1].size[axis]).sort((a, b) => a - b);
    });
  }
  return seen;
}

/** The receptive field of a unit as a sentence. */
export function seenInWords(rows, number, unit) {
  const { fields } = rows[number], [seenRows, seenColumns] = seenBelow(rows, number, unit)[0];
  if (!seenRows.length || !seenColumns.length) return "sees no pixel of the image";
  const cut = [seenRows, seenColumns].some((seen, axis) => {
    const [first, last] = fieldOf(fields[axis], unit[axis]);
    return first < seen[0] || last > seen.at(-1);
  });
  const rest = cut ? `; the rest of its field of ${receptiveField(rows[number]).join(" x ")} pixels lies beyond the edge` : "";
  return `sees ${placesInWords("row", seenRows)} and ${placesInWords("column", seenColumns)} of the image${rest}`;
}

/** First and last of each run of neighbours: [0, 1, 2, 5] gives [[0, 2], [5, 5]]. */
export function runsOf(places) {
  const runs = [];
  for (const place of places) {
    if (runs.length && runs.at(-1)[1] === place - 1) runs.at(-1)[1] = place;
    else runs.push([place, place]);
  }
  return runs;
}

function placesInWords(name, places) {
  const runs = runsOf(places), [first, last] = [places[0], places.at(-1)];
  if (runs.length > 4) return `${places.length} of the ${name}s ${first} to ${last}`;
  const written = runs.map(([from, to]) => (from === to ? String(from) : `${from} to ${to}`));
  return `${name}${places.length > 1 ? "s" : ""} ${written.join(", ").replace(/, ([^,]*)$/, " and $1")}`;
}

function rowAbove(layer, below, image) {
  const number = below.number + 1, text = layerText(layer), called = `Layer ${number}, ${text}, `;
  for (const [name, value] of Object.entries(layer.settings)) {
    const most = LARGEST[name] ?? LARGEST_OTHER;
    if ([value].flat(Infinity).some((n) => typeof n === "number" && n > most)) {
      refuse(`${called}is larger than this widget builds: ${name} is ${pythonText(value)}, which may be up to ${thousands(most)}.`);
    }
  }
  const plan = planned(layer, below, image, called);
  if (Math.max(...plan.output.slice(1)) > LONGEST_SIDE || product(plan.output) > MOST_NUMBERS || plan.learnt > MOST_PARAMETERS) {
    refuse(`${called}is larger than this widget builds: it would give ${pythonText(plan.output)} and learn `
      + `${thousands(plan.learnt)} parameters. It takes up to ${thousands(LONGEST_SIDE)} rows or columns, `
      + `${thousands(MOST_NUMBERS)} numbers and ${thousands(MOST_PARAMETERS)} parameters.`);
  }
  const { output, meets, learnt, multiplyAdds } = plan;
  const size = output.length === 3 ? output.slice(1) : below.size;
  const fields = below.fields.map((field, axis) => fieldThrough(field, meets[axis]));
  return { number, text, shape: output, size, fields, meets, learnt, multiplyAdds };
}

function planned(layer, below, image, called) {
  try {
    return planOf(layer, below.shape, below.size);
  } catch (error) {
    if (!(error instanceof Impossible)) throw error;
    const source = below.number ? `layer ${below.number}, ${below.text}` : "the image";
    return refuse(`${called}is impossible here: ${pythonText(below.shape)} comes in, from ${source}. ${error.message}`
      + hintShrunk(layer, below, image) + hintChannelsLast(image));
  }
}

/** A hint where the layer would be possible if those before it had left the image its size. */
function hintShrunk(layer, below, image) {
  const size = image.slice(1);
  if (below.shape.length !== 3 || below.size.every((now, axis) => now >= size[axis])) return "";
  try {
    planOf(layer, [below.shape[0], ...size], size);
  } catch {
    return "";
  }
  return ` On ${size[0]} x ${size[1]} pixels, the size of the image, it would be possible: the layers before it shrink the `
    + "image too much. Leave one of them out, give one a smaller stride, or begin with a larger image.";
}

/** A hint where the image looks as if it were written in Keras's order. */
function hintChannelsLast(image) {
  const [channels, rows, columns] = image;
  if (columns > 4 || Math.min(channels, rows) <= 4) return "";
  return ` The image is ${pythonText(image)}, ${channels} channels of ${rows} x ${columns} pixels. Channels come first here, `
    + `unlike in Keras. Is it (${columns}, ${channels}, ${rows})?`;
}
