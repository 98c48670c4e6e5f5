/** A JSON number as its source text: `1.0` stays `1.0`, and integers keep every digit. */
export class JsonNumber {
  constructor(readonly source: string) {}
  /** True for what Python and most languages read as an integer: no fraction and no exponent. */
  get isInteger(): boolean {
    return !/[.eE]/.test(this.source);
  }
}

/** A JSON value that lost nothing: objects are maps (any key, in order; of equal keys the last value counts). */
export type LosslessJson =
  null | boolean | string | JsonNumber | readonly LosslessJson[] | ReadonlyMap<string, LosslessJson>;

/** How deep arrays and objects may nest; Python's parser gives up at about the same depth. */
export const MAX_JSON_DEPTH = 1000;
/** How many values one document may hold: more keep the one thread of a process busy for longer than a quarter of a second. */
export const MAX_JSON_VALUES = 250_000;

/** Thrown for a text that is not JSON (RFC 8259). The caller can tell its user where. */
export class JsonSyntaxError extends SyntaxError {
  override readonly name = 'JsonSyntaxError';
  constructor(
    readonly position: number,
    reason: string,
  ) {
    super(`Not valid JSON at position ${position}: ${reason}.`);
  }
}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const blankPattern = /[ \t\n\r]*/y;
const literals = new Map<string, null | boolean>([
  ['null', null],
  ['true', true],
  ['false', false],
]);

class Parser {
  private position = 0;
  private depth = 0;
  private values = 0;

  constructor(private readonly text: string) {}

  document(): LosslessJson {
    const value = this.value();
    if (this.position < this.text.length) this.fail('text after the end of the value');
    return value;
  }

  private value(): LosslessJson {
    if (++this.values > MAX_JSON_VALUES) this.fail(`more than ${MAX_JSON_VALUES} values`);
    this.skipBlanks();
    const value = this.bareValue();
    this.skipBlanks();
    return value;
  }

  private bareValue(): LosslessJson {
    switch (this.text[this.position]) {
      case '{':
        return this.nested(() => this.object());
      case '[':
        return this.nested(() => this.array());
      case '"':
        return this.string();
      default:
        return this.literal();
    }
  }

  private nested<T>(parse: () => T): T {
    if (++this.depth > MAX_JSON_DEPTH) this.fail(`more than ${MAX_JSON_DEPTH} levels`);
    this.position++;
    const value = parse();
    this.depth--;
    return value;
  }

  private object(): ReadonlyMap<string, LosslessJson> {
    const entries = new Map<string, LosslessJson>();
    this.skipBlanks();
    if (this.take('}')) return entries;
    do {
      this.skipBlanks();
      const key = this.string();
      this.skipBlanks();
      if (!this.take(':')) this.fail('":" expected');
      entries.set(key, this.value());
    } while (this.take(','));
    if (!this.take('}')) this.fail('"," or "}" expected');
    return entries;
  }

  private array(): readonly LosslessJson[] {
    const items: LosslessJson[] = [];
    this.skipBlanks();
    if (this.take(']')) return items;
    do items.push(this.value());
    while (this.take(','));
    if (!this.take(']')) this.fail('"," or "]" expected');
    return items;
  }

  private string(): string {
    if (this.text[this.position] !== '"') this.fail('string expected');
    const end = this.closingQuote();
    const source = this.text.slice(this.position, end + 1);
    try {
      const text = JSON.parse(source) as string;
      this.position = end + 1;
      return text;
    } catch {
      return this.fail('control character or unknown escape in a string'); // all that JSON.parse can find in it
    }
  }

  /** The next quote with an even number of backslashes before it. */
  private closingQuote(): number {
    for (let end = this.text.indexOf('"', this.position + 1); end >= 0; end = this.text.indexOf('"', end + 1)) {
      let backslashes = 0;
      while (this.text[end - 1 - backslashes] === '\\') backslashes++;
      if (backslashes % 2 === 0) return end;
    }
    return this.fail('string without end');
  }

  private literal(): null | boolean | JsonNumber {
    const number = this.match(numberPattern);
    if (number !== undefined) return new JsonNumber(number);
    for (const [word, value] of literals) {
      if (this.text.startsWith(word, this.position)) {
        this.position += word.length;
        return value;
      }
    }
    return this.fail(this.position < this.text.length ? 'value expected' : 'unexpected end');
  }

  private skipBlanks(): void {
    this.match(blankPattern);
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position++;
    return true;
  }

  private match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.position;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.position += found.length;
    return found;
  }

  private fail(reason: string): never {
    throw new JsonSyntaxError(this.position, reason);
  }
}

/**
 * Parses JSON without losing anything: numbers as {@link JsonNumber}, objects as maps.
 * @throws JsonSyntaxError when `text` is not JSON nests deeper than {@link MAX_JSON_DEPTH} or
 * holds more than {@link MAX_JSON_VALUES} values
 */
export function parseLosslessJson(text: string): LosslessJson {
  return new Parser(text).document();
}
