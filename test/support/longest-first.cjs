const { relative } = require('node:path');
const { default: Sequencer } = require('@jest/test-sequencer');
const durations = require('../durations.json');

const root = `${__dirname}/../..`;
/** Of files that are not on record, seconds: those of whole servers may be long, and nobody has written it down yet. */
const unknown = (file) => (file.startsWith('test/') ? 30 : 1);

/**
 * Files that take long begin first, so that no worker is left with one of them at the end. Jest knows how long a file took the last
 * time; in a fresh clone it does not, and the record in test/durations.json stands in: `npm test -- --record` writes it.
 */
module.exports = class LongestFirst extends Sequencer {
  time(test) {
    const file = relative(root, test.path);
    return super.time(test) ?? (durations[file] ?? unknown(file)) * 1_000;
  }
};
