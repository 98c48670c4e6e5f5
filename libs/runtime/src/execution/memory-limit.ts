import { AbacoError } from '@abaco/contract';

/** A limit that cannot be understood. The owner has to correct the actor, or the operator the configuration. */
export class InvalidLimit extends AbacoError {
  readonly kind = 'invalid';
  constructor(readonly limit: string) {
    super(`"${limit}" is no memory limit. Give bytes, or a number with k, m or g such as 512m, or -1.`);
  }
}

const UNITS = { '': 1, b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 } as const;

/**
 * Docker's memory syntax: bytes, or a number with `b`, `k`, `m` or `g` (and an optional further `b`), powers of 1024.
 * @returns bytes, or undefined for `-1`, which means unlimited
 * @throws InvalidLimit for anything else
 */
export function memoryBytes(limit: string): number | undefined {
  const text = limit.trim().toLowerCase();
  if (text === '-1') return undefined;
  const match = /^(\d+)([bkmg]?)b?$/.exec(text);
  if (!match) throw new InvalidLimit(limit);
  return Number(match[1]) * UNITS[match[2] as keyof typeof UNITS];
}
