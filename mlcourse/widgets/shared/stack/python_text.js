/** A value as Python's `repr` writes it; lists are tuples there. */
export function pythonText(value) {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return pythonNumber(value);
  if (typeof value === "string") return pythonString(value);
  return value.length === 1 ? `(${pythonText(value[0])},)` : `(${value.map(pythonText).join(", ")})`;
}

/** A whole number with a comma between thousands, as in the table of a `Stack`. */
export function thousands(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * What a student typed as a setting: a number, a pair, ((top, bottom), (left, right)), or a text.
 * What is none of the first is taken as a text, about which the layer has its own words.
 */
export function readSetting(typed) {
  const text = typed.trim().replace(/^(["'])(.*)\1$/, "$2").replaceAll("\u2212", "-").replace(/(\d)\s*[x×]\s*(\d)/g, "$1, $2");
  if (!/\d/.test(text) || !/^[\d\s.,()[\]e+-]+$/i.test(text)) return text;
  try {
    const read = JSON.parse(`[${text.replaceAll("(", "[").replaceAll(")", "]")}]`);
    const value = read.length === 1 ? read[0] : read;
    return [value].flat(Infinity).every((n) => Number.isSafeInteger(n) || !Number.isInteger(n)) ? value : text;
  } catch {
    return text;
  }
}

/** A setting as `readSetting` reads it. */
export function writeSetting(value) {
  if (value === null) return "";
  if (typeof value === "string") return value;
  const pair = Array.isArray(value) && value.length > 1 && !value.some(Array.isArray);
  return pair ? value.map(pythonText).join(", ") : pythonText(value);
}

function pythonNumber(value) {
  const [mantissa, power] = value.toExponential().split("e"), exponent = Number(power);
  if (Number.isInteger(value) || (exponent >= -4 && exponent < 16)) return String(value);
  return `${mantissa}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}

function pythonString(text) {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  const inside = text.replaceAll("\\", "\\\\");
  return quote + (quote === "'" ? inside.replaceAll("'", "\\'") : inside) + quote;
}
