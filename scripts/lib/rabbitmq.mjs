import { existsSync } from 'node:fs';
import { canInstallPackages, installCommand, installPackages } from './debian.mjs';
import { Failure } from './failure.mjs';

/** What the tests start their own brokers with. */
const SERVER = '/usr/lib/rabbitmq/bin/rabbitmq-server';

/** Makes sure that RabbitMQ is installed; it is not started. */
export async function provideRabbitmq({ status, logFile }) {
  if (existsSync(SERVER)) return;
  if (!canInstallPackages()) {
    throw new Failure(`The tests need RabbitMQ, and ${SERVER} is not there.`, {
      remedy: `On Debian or Ubuntu:\n  ${installCommand(['rabbitmq-server'])}`,
    });
  }
  status('installing the package rabbitmq-server');
  await installPackages(['rabbitmq-server'], logFile('apt-rabbitmq'));
}
