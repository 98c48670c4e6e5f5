/**
 * Runs TypeScript in a child process of a test or a benchmark: `node --import ./test/support/register-ts.mjs file.ts`.
 * Nothing is type-checked; the output is what Jest would run (see jest.config.cjs).
 */
import { register } from 'node:module';

process.setSourceMapsEnabled(true);
register('./ts-loader.mjs', import.meta.url);
