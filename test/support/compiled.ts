/**
 * One of the programs that compile-programs.mjs makes before the tests.
 * @param program path of its TypeScript file from the root
 * @returns the file to run with `node` in the root
 */
export const compiled = (program: string): string => `.compiled/${program.replace(/\.ts$/, '.mjs')}`;
