/** A value before it is checked: the text of a scalar, or of each item of a list. */
export type RawValue = string | readonly string[];

/** One option: the single source of its default, its validation and its documentation. */
export interface Option<T> {
  /** In the sentence form of `config/default.yaml`: meaning, unit, special values. */
  readonly help: string;
  readonly default: T;
  /** What may be given, for error messages: `an integer from 1 to 65535`. */
  readonly allowed: string;
  /** `whole`: never print the value; `credentials`: it is a URL, print it without its user information. */
  readonly secret?: 'whole' | 'credentials';
  /** An environment variable of Abaco that overrides the option too. */
  readonly env?: string;
  /** @returns the value, or undefined when it is not allowed */
  readonly convert: (raw: RawValue) => T | undefined;
}

/** The options of one section of the configuration. */
export type Options<Section> = { readonly [Name in keyof Section]-?: Option<Section[Name]> };

type Common<T> = Pick<Option<T>, 'help' | 'default' | 'secret' | 'env'>;

/** Text. `pattern` must match the whole of it. */
export function text(option: Common<string> & { pattern?: Pick<RegExp, 'test'>; allowed?: string }): Option<string> {
  const { pattern, allowed = 'a text', ...common } = option;
  return {
    ...common,
    allowed,
    convert: (raw) => (typeof raw === 'string' && (pattern?.test(raw) ?? true) ? raw : undefined),
  };
}

/** A whole number from `min` to `max`; with `unlimited`, also -1. */
export function integer(option: Common<number> & { min: number; max?: number; unlimited?: true }): Option<number> {
  const { min, max = Number.MAX_SAFE_INTEGER, unlimited, ...common } = option;
  const upTo = max === Number.MAX_SAFE_INTEGER ? 'upwards' : `to ${max}`;
  return {
    ...common,
    allowed: `${unlimited ? '-1 or ' : ''}an integer from ${min} ${upTo}`,
    convert: (raw) => {
      if (typeof raw !== 'string' || !/^[+-]?\d+$/.test(raw)) return undefined;
      const number = Number(raw);
      return (number >= min && number <= max) || (unlimited && number === -1) ? number : undefined;
    },
  };
}

/** `true` or `false` in any letter case. */
export function boolean(option: Common<boolean>): Option<boolean> {
  const values = new Map([
    ['true', true],
    ['false', false],
  ]);
  return {
    ...option,
    allowed: 'true or false',
    convert: (raw) => (typeof raw === 'string' ? values.get(raw.toLowerCase()) : undefined),
  };
}

/** One of a few words, in any letter case. */
export function choice<const T extends string>(option: Common<T> & { values: readonly T[] }): Option<T> {
  const { values, ...common } = option;
  return {
    ...common,
    allowed: values.length === 1 ? `only ${values[0]}` : `one of ${values.join(', ')}`,
    convert: (raw) =>
      typeof raw === 'string' ? values.find((value) => value.toLowerCase() === raw.toLowerCase()) : undefined,
  };
}

/** At least one of a few words, in any letter case, each once; in one text, commas separate them. */
export function choices<const T extends string>(
  option: Common<readonly T[]> & { values: readonly T[] },
): Option<readonly T[]> {
  const { values, ...common } = option;
  return {
    ...common,
    allowed: `one or more of ${values.join(', ')}`,
    convert: (raw) => {
      const items = (typeof raw === 'string' ? raw.split(',') : raw).map((item) => item.trim().toLowerCase());
      const known = values.filter((value) => items.includes(value.toLowerCase()));
      return known.length > 0 && known.length === new Set(items).size ? known : undefined;
    },
  };
}

/** Any number of words, none included, each of one form; in one text, commas separate them. */
export function words(
  option: Common<readonly string[]> & { pattern: Pick<RegExp, 'test'>; allowed: string },
): Option<readonly string[]> {
  const { pattern, ...rest } = option;
  return {
    ...rest,
    convert: (raw) => {
      const items = (typeof raw === 'string' ? raw.split(',') : raw).map((item) => item.trim());
      const given = raw === '' ? [] : items;
      return given.every((item) => pattern.test(item)) ? given : undefined;
    },
  };
}

/** Like {@link words}, but at least one. */
export function list(
  option: Common<readonly string[]> & { pattern: Pick<RegExp, 'test'>; allowed: string },
): Option<readonly string[]> {
  const any = words(option);
  return {
    ...any,
    convert: (raw) => {
      const given = any.convert(raw);
      return given && given.length > 0 ? given : undefined;
    },
  };
}
