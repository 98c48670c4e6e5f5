/** How field names are written on the wire, `web.case` (contract 2.0.4). */
export type LetterCase = 'snake' | 'camel';

const capitalize = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase();

/** `create_time` to `createTime`; empty words stay as `_`: `_links`, `a__b` to `a_B`. */
export function toCamel(name: string): string {
  const words = name.split('_');
  const first = words.findIndex((word) => word !== '');
  return words
    .map((word, index) => {
      if (word === '') return '_';
      return index === first ? word.toLowerCase() : capitalize(word);
    })
    .join('');
}

/** The way back, for search keys: only the part before the first dot, `finalState.StartedAt.gt` to `final_state.StartedAt.gt`. */
export function toSnake(key: string): string {
  const dot = key.indexOf('.');
  const name = dot < 0 ? key : key.slice(0, dot);
  const snake = name.charAt(0).toLowerCase() + name.slice(1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return snake + key.slice(name.length);
}

/** The name of a declared (snake case) field as it is written on the wire. */
export const wireName = (field: string, letterCase: LetterCase): string =>
  letterCase === 'camel' ? toCamel(field) : field;

/**
 * An object as it is answered: in snake mode as it is; in camel mode its own keys are converted and members without a value
 * are left out. Nested keys stay as they are in both modes.
 * @param options.keepNulls the items of the executions summary keep their nulls in camel mode too (contract 2.5.1)
 */
export function toWire(
  object: Readonly<Record<string, unknown>>,
  letterCase: LetterCase,
  options: { keepNulls?: boolean } = {},
): Record<string, unknown> {
  if (letterCase === 'snake') return { ...object };
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => options.keepNulls === true || (value !== null && value !== undefined))
      .map(([key, value]) => [toCamel(key), value]),
  );
}
