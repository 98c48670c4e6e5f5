import type { AbacoConfig } from '@abaco/config';
import { rotateStoredSecrets, type RotationProgress } from '@abaco/runtime';
import { openStore } from './open-store.js';

/** Where to write lines: the process, or what a test reads. */
export interface Console {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/**
 * The command `rotate-secrets`: encrypts all secrets in the store with the first key, beside servers that run or without any.
 * @returns the exit code: 1 when secrets are left that no key decrypts
 * @throws AbacoError when store or keys cannot be used
 */
export async function rotateSecrets(config: AbacoConfig, { stdout, stderr }: Console): Promise<0 | 1> {
  const print = ({ seen, rotated }: RotationProgress, before = ''): void => {
    stdout.write(`${before}${seen} secrets looked at, ${rotated} encrypted anew with the first key\n`);
  };
  const store = await openStore(config);
  try {
    const end = await rotateStoredSecrets({ config, ...store.options }, (progress) => print(progress));
    for (const { place, reason } of end.failed) stderr.write(`Not decrypted: ${place}: ${reason}\n`);
    print(end, 'Done: ');
    return end.failed.length === 0 ? 0 : 1;
  } finally {
    await store.close();
  }
}
