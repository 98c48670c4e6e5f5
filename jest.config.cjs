const { availableParallelism } = require('node:os');

const swc = (type) => ['@swc/jest', { ...require('./test/support/swc.json'), module: { type } }];
// CommonJS dependencies that require() ESM-only packages: Jest supports require(esm) from Node 24.9 only.
const esmRequiredByCjs = ['cookie', 'content-disposition'];

const project = (displayName, roots, testRegex) => ({
  displayName,
  rootDir: __dirname,
  roots: roots.map((root) => `<rootDir>/${root}`),
  testRegex,
  moduleFileExtensions: ['ts', 'js', 'json'],
  extensionsToTreatAsEsm: ['.ts'],
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': swc('es6'),
    [`/node_modules/(${esmRequiredByCjs.join('|')})/.+\\.js$`]: swc('commonjs'),
  },
  transformIgnorePatterns: [`/node_modules/(?!(${esmRequiredByCjs.join('|')})/)`],
  moduleNameMapper: {
    '^@abaco/([^/]+)$': '<rootDir>/libs/$1/src/index.ts',
    '^@abaco/([^/]+)/([^/]+)$': '<rootDir>/libs/$1/$2/src/index.ts',
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
});

/** Its tests start servers and other programs of this project in processes of their own. */
const withPrograms = (tests) => ({ ...tests, globalSetup: '<rootDir>/test/support/compile-programs.mjs' });

/**
 * Four projects: `unit` lies beside the source and needs nothing but Node; `e2e` needs a container engine and RabbitMQ
 * (`npm test` provides both); `faults` kills processes, and so does `soak`, at random: for two minutes beside each broker, or for
 * as long as `npm run soak` is told.
 * @type {import('jest').Config}
 */
module.exports = {
  // Many tests wait more than they work, for containers, leases and brokers; all share one container engine.
  maxWorkers: Math.min(availableParallelism(), 4),
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  testTimeout: 60_000,
  // A worker that has run hundreds of files has nothing open, and still needs seconds to give its memory back.
  workerGracefulExitTimeout: 10_000,
  projects: [
    project('unit', ['apps', 'examples', 'libs'], '\\.spec\\.ts$'),
    withPrograms(project('e2e', ['test/e2e'], '\\.spec\\.ts$')),
    withPrograms(project('faults', ['test/faults'], '\\.spec\\.ts$')),
    withPrograms(project('soak', ['test/soak'], '\\.spec\\.ts$')),
  ],
};
