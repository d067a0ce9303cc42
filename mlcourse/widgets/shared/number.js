/** A number as Python's mlcourse.trace.formula.number writes it: at most `digits` significant digits, no zeros behind. */
export function formatNumber(value, digits = 6) {
  if (value === null || Number.isNaN(value)) return "nan";
  if (value === "inf" || value === Infinity) return "inf";
  if (value === "-inf" || value === -Infinity) return "-inf";
  if (value === 0) return "0";
  const exponent = Number(value.toExponential(digits - 1).split("e")[1]);
  if (exponent < -4 || exponent >= digits) {
    const [mantissa, power] = value.toExponential(digits - 1).split("e");
    const sign = power[0] === "-" ? "-" : "+";
    return trimZeros(mantissa) + "e" + sign + power.slice(1).padStart(2, "0");
  }
  return trimZeros(value.toFixed(Math.max(0, digits - 1 - exponent)));
}

function trimZeros(text) {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Read what a student typed: a decimal comma and a real minus sign are understood; anything unclear is null. */
export function readNumber(text) {
  const clean = text.trim().replace("\u2212", "-").replace(/^([+-]?\d+),(\d+)$/, "$1.$2");
  const fraction = clean.match(/^([+-]?[\d.]+)\s*\/\s*([\d.]+)$/);
  if (fraction && Number(fraction[2]) !== 0) return Number(fraction[1]) / Number(fraction[2]);
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(clean)) return null;
  return Number(clean);
}
