const { projects, testTimeout } = require('../../../jest.config.cjs');

const e2e = projects.find(({ displayName }) => displayName === 'e2e');

/**
 * The suite against RabbitMQ 4, for `npm run test:rabbit4`: outside the other projects, because what it needs is
 * downloaded by that command only.
 * @type {import('jest').Config}
 */
module.exports = {
  testTimeout,
  projects: [{ ...e2e, displayName: 'rabbit4', testRegex: 'mailbox-rabbitmq4\\.conformance\\.ts$' }],
};
