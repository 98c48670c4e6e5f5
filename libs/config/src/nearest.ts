/** Number of single-character changes between two texts (Levenshtein). */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(replaced, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}

/**
 * What a user probably meant by an unknown `section.option`: the same option of another section, or else the nearest name.
 * @returns undefined when nothing is near (more than a third of the letters differ)
 */
export function nearest(unknown: string, known: readonly string[]): string | undefined {
  const wanted = unknown.toLowerCase();
  const optionOf = (key: string) => key.slice(key.indexOf('.') + 1).toLowerCase();
  const elsewhere = known.find((key) => key.includes('.') && optionOf(key) === optionOf(wanted));
  if (elsewhere !== undefined) return elsewhere;
  let best: { key: string; changes: number } | undefined;
  for (const key of known) {
    const changes = distance(wanted, key.toLowerCase());
    if (best === undefined || changes < best.changes) best = { key, changes };
  }
  return best !== undefined && best.changes <= Math.ceil(wanted.length / 3) ? best.key : undefined;
}
