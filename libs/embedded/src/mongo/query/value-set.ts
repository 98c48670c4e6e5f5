import { equalValues } from '../bson/compare.js';
import { KeyWriter } from '../bson/key-writer.js';
import { CommandFailure } from '../failure.js';

const writer = new KeyWriter();

/** A value's identity as text: equal values, also numbers of different types, have the same. Undefined if it is too long. */
function identity(value: unknown): string | undefined {
  try {
    return writer.reset().value(value).finish().toString('latin1');
  } catch (error) {
    if (error instanceof CommandFailure && error.code === 17280) return undefined;
    throw error;
  }
}

/** A map whose keys are BSON values, in the order in which they first came. */
export class ValueMap<T> {
  private readonly byIdentity = new Map<string, { key: unknown; item: T }>();
  /** Keys too long for an identity are rare: they are compared one by one. */
  private readonly long: { key: unknown; item: T }[] = [];
  private readonly order: { key: unknown; item: T }[] = [];

  getOrAdd(key: unknown, make: () => T): T {
    const id = identity(key);
    const known = id === undefined ? this.long.find((entry) => equalValues(entry.key, key)) : this.byIdentity.get(id);
    if (known) return known.item;
    const entry = { key, item: make() };
    if (id === undefined) this.long.push(entry);
    else this.byIdentity.set(id, entry);
    this.order.push(entry);
    return entry.item;
  }

  get entries(): readonly { readonly key: unknown; readonly item: T }[] {
    return this.order;
  }
}

/** Values without repeats. */
export class ValueSet {
  private readonly map = new ValueMap<true>();

  add(value: unknown): void {
    this.map.getOrAdd(value, () => true);
  }

  get values(): unknown[] {
    return this.map.entries.map(({ key }) => key);
  }
}
