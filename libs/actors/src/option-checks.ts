/** @throws RangeError when `value` is given and is no number in this range. */
export function checkRange(name: string, value: number | undefined, least: number, most = Infinity): void {
  if (value === undefined || (typeof value === 'number' && value >= least && value <= most)) return;
  const range = most === Infinity ? `from ${least}` : `from ${least} to ${most}`;
  throw new RangeError(`${name} must be a number ${range}, not ${String(value)}`);
}

/** @throws RangeError when `value` is given and is none of these. */
export function checkChoice(name: string, value: unknown, choices: readonly string[]): void {
  if (value === undefined || choices.includes(value as string)) return;
  const named = choices.map((choice) => `"${choice}"`).join(' or ');
  throw new RangeError(`${name} must be ${named}, not ${JSON.stringify(value)}`);
}
