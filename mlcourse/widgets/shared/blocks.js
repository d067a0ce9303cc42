/** Split a shape (..., rows, columns) into tables: how many, how large, and what each is called. */
export function blocksOf(name, shape) {
  const [rows, columns] = shape.length >= 2 ? shape.slice(-2) : [1, shape.length ? shape[0] : 1];
  const leading = shape.slice(0, -2);
  const count = leading.reduce((product, n) => product * n, 1);
  const blocks = [];
  for (let b = 0; b < count; b++) {
    let rest = b;
    const index = leading.map((_, axis) => {
      const below = leading.slice(axis + 1).reduce((product, n) => product * n, 1);
      const i = Math.floor(rest / below);
      rest -= i * below;
      return i;
    });
    blocks.push({ label: count > 1 ? `${name}[${index.join(", ")}]` : name, start: b * rows * columns });
  }
  return { rows, columns, blocks };
}
