const NOT_A_NUMBER = rgba(204, 121, 167), ABOVE_ALL = rgba(240, 228, 66), BELOW_ALL = rgba(0, 158, 115);
const GREY = palette((t) => [255 * t, 255 * t, 255 * t]);
const DIVERGING = palette((t) => (t < 0.5 ? blend([0, 114, 178], 2 * t) : blend([230, 159, 0], 2 - 2 * t)));

/** What the colours of a picture mean, in words. */
export const SHADES_SAY = { grey: "black {black}, white {white}", diverging: "blue {black}, white 0, orange {white}" };
export const ODD_SAYS = { nan: "NaN purple", inf: "inf yellow", "-inf": "-inf green" };

/** Colours of values (flat, row by row) as the canvas takes them; grey from black to white, or diverging about 0. */
export function shadesOf(values, black, white, diverging = false) {
  const colours = new Uint32Array(values.length);
  const table = diverging ? DIVERGING : GREY;
  const scale = 255 / (white - black);
  for (let p = 0; p < values.length; p++) {
    const value = values[p];
    if (white === black && value === black) colours[p] = table[128]; // all one value
    else if (Number.isFinite(value)) colours[p] = table[Math.max(0, Math.min(255, Math.round((value - black) * scale)))];
    else colours[p] = Number.isNaN(value) ? NOT_A_NUMBER : value > 0 ? ABOVE_ALL : BELOW_ALL;
  }
  return colours;
}

function rgba(r, g, b) {
  return ((255 << 24) | (Math.round(b) << 16) | (Math.round(g) << 8) | Math.round(r)) >>> 0;
}

function palette(colourAt) {
  return Uint32Array.from({ length: 256 }, (_, k) => rgba(...colourAt(k / 255)));
}

function blend(colour, towardsWhite) {
  return colour.map((part) => part + (255 - part) * towardsWhite);
}
