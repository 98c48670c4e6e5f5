const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const durations = require('../durations.json');

const root = `${__dirname}/../..`;

/**
 * Files that take long begin first, so that no worker is left with one of them at the end. Jest knows how long a file took the last
 * time; in a fresh clone it does not, and the record in test/durations.json stands in: `npm test -- --record` writes it.
 */
module.exports = class LongestFirst extends Sequencer {
  time(test) {
    return super.time(test) ?? (durations[relative(root, test.path)] ?? 1) * 1_000;
  }
};
