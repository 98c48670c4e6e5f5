import { type Secrets, Undecryptable } from '@abaco/secrets';

/** How far a rotation is, or has come. */
export interface RotationProgress {
  /** Secrets that were looked at. */
  readonly seen: number;
  /** Those that are encrypted with the first key now and were not before. */
  readonly rotated: number;
  /** Those that nobody can read any more: where they are, such as `config DEV_pass`, and why. They stay as they are. */
  readonly failed: readonly { readonly place: string; readonly reason: string }[];
}

export const NOTHING_ROTATED: RotationProgress = { seen: 0, rotated: 0, failed: [] };

/** A secret in the store. */
export interface SealedValue {
  /** What it is bound to; has nothing secret. */
  readonly place: string;
  readonly sealed: string;
  /** Puts another ciphertext in its place, if it is still there. @returns whether it was */
  readonly reseal: (to: string) => Promise<boolean>;
}

/**
 * Encrypts every one with the first key. A secret that somebody changes meanwhile keeps what they wrote, so that servers may run beside
 * it; whoever breaks it off runs it again and it goes on with what is left.
 * @param progress so far
 * @param onPage called after each page that is not empty
 */
export async function rotate(
  secrets: Secrets,
  pages: AsyncIterable<readonly SealedValue[]>,
  progress: RotationProgress,
  onPage: (progress: RotationProgress) => void = () => undefined,
): Promise<RotationProgress> {
  for await (const page of pages) {
    for (const value of page) progress = await rotateOne(secrets, value, progress);
    if (page.length > 0) onPage(progress);
  }
  return progress;
}

async function rotateOne(
  secrets: Secrets,
  { place, sealed, reseal }: SealedValue,
  { seen, rotated, failed }: RotationProgress,
): Promise<RotationProgress> {
  if (secrets.isCurrent(sealed)) return { seen: seen + 1, rotated, failed };
  try {
    const replaced = await reseal(secrets.seal(secrets.open(sealed, place), place));
    return { seen: seen + 1, rotated: rotated + (replaced ? 1 : 0), failed };
  } catch (error) {
    if (!(error instanceof Undecryptable)) throw error;
    return { seen: seen + 1, rotated, failed: [...failed, { place, reason: error.message }] };
  }
}
