import { readNumber } from "./number.js";

/**
 * Read a table from pasted text: rows of a spreadsheet (tabs, semicolons or spaces between), or a Python or JSON list.
 * Gives { rows } as arrays of numbers, or { problem } as a sentence.
 */
export function readTable(text) {
  const trimmed = text.trim();
  const lines = /^(array\s*\()?\s*[[(]/.test(trimmed) ? listLines(trimmed) : trimmed.split(/\r?\n/).map(splitLine);
  const rows = [];
  for (const [r, parts] of lines.entries()) {
    const row = parts.map(readNumber);
    const bad = row.indexOf(null);
    if (bad >= 0) return { problem: `"${parts[bad]}" in row ${r} of what was pasted is no number; nothing was changed.` };
    rows.push(row);
  }
  if (!rows.length || !rows[0].length) return { problem: "There was no number in what was pasted; nothing was changed." };
  const ragged = rows.findIndex((row) => row.length !== rows[0].length);
  if (ragged > 0) {
    return { problem: `Row ${ragged} of what was pasted has ${rows[ragged].length} numbers, row 0 has ${rows[0].length}; nothing was changed.` };
  }
  return { rows };
}

/** Is this a table, or just text for one cell? */
export function looksLikeTable(text) {
  return /[\t\n;]/.test(text.trim()) || /^\s*(array\s*\()?\s*[[(]/.test(text);
}

function splitLine(line) {
  const separator = line.includes("\t") ? /\t/ : line.includes(";") ? /;/ : /\s+/;
  return line.trim().split(separator).map((part) => part.trim());
}

/** The innermost brackets of a list are its rows. */
function listLines(text) {
  const rows = text.match(/[[(][^[\]()]*[\])]/g) ?? [];
  return rows.map((row) => row.slice(1, -1).split(",").map((part) => part.trim()).filter((part) => part !== ""));
}
