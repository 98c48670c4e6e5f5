import { readFileSync } from 'node:fs';
import { fromRoot } from '../../../scripts/lib/repository.mjs';
import { machine } from '../machine.mjs';
import { measureInChild } from './child-measurement.mjs';
import { CONTESTANTS, PACKAGES } from './contestants.mjs';
import { ROWS } from './rows.mjs';

/** How much is measured. `full` takes about three minutes on two cores, `quick` half a minute. */
export const SIZES = {
  full: { rounds: 5, warmUpMs: 200, measureMs: 300 },
  quick: { rounds: 2, warmUpMs: 100, measureMs: 100 },
};

const versionOf = (name) => JSON.parse(readFileSync(fromRoot('node_modules', name, 'package.json'), 'utf8')).version;

/** The contestants in the order of a round: each round begins with another one. */
const inOrderOf = (round) => {
  const first = round % CONTESTANTS.length;
  return [...CONTESTANTS.slice(first), ...CONTESTANTS.slice(0, first)];
};

/**
 * Everything in one run. The contestants of a row follow each other within seconds, so that whatever else the machine does hits
 * all of them.
 * @returns `machine`, `rounds`, `figures[row][contestant]` with one figure of each round (`null`: no such thing), and `repeated`:
 *   what had to be measured again, in words
 */
export async function benchmark({ size, status }) {
  const names = CONTESTANTS.map(({ key }) => [key, []]);
  const figures = Object.fromEntries(Object.keys(ROWS).map((row) => [row, structuredClone(Object.fromEntries(names))]));
  const repeated = [];
  const measure = async (row, { key }) => {
    if (figures[row][key][0] === null) return null;
    try {
      return await measureInChild(row, key, size);
    } catch (error) {
      if (error.name === 'AbortError') throw error;
      // With 100 in flight nact loses one reply in some 20 million: ids of queries are random, of 31 bits. The asker times out.
      repeated.push(`Repeated: ${error.message}`);
      return measureInChild(row, key, size);
    }
  };
  for (let round = 0; round < size.rounds; round++) {
    for (const row of Object.keys(ROWS)) {
      status(`round ${round + 1} of ${size.rounds}: ${ROWS[row].title}`);
      for (const contestant of inOrderOf(round)) figures[row][contestant.key].push(await measure(row, contestant));
    }
  }
  const versions = PACKAGES.map((name) => `${name} ${versionOf(name)}`);
  return { machine: [machine(), ...versions].join(', '), rounds: size.rounds, figures, repeated };
}
