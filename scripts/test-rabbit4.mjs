import { runCommand } from './lib/command-line.mjs';

const HELP = `Usage: npm run test:rabbit4

Runs the conformance suite of mailbox brokers against RabbitMQ 4, which is not in Debian 12: takes it from the packages of
Debian 13 (about 50 MB, kept in the directory for temporary files), without installing anything.`;

await runCommand(async (args) => {
  const [{ tmpdir }, path, { execute }, { Failure }, { Progress }, { unpackRabbitMq4 }] = await Promise.all([
    import('node:os'),
    import('node:path'),
    import('./lib/command.mjs'),
    import('./lib/failure.mjs'),
    import('./lib/progress.mjs'),
    import('../test/support/rabbitmq4-packages.mjs'),
  ]);
  if (args.includes('--help')) {
    console.log(HELP);
    return 0;
  }
  const directory = path.join(tmpdir(), `abaco-rabbitmq4-${process.getuid?.() ?? 0}`);
  const progress = new Progress(1);
  try {
    await progress.step(
      'RabbitMQ 4',
      () => unpackRabbitMq4(directory, (text) => progress.status(text)),
      () => directory,
    );
  } catch (cause) {
    throw new Failure(`RabbitMQ 4 cannot be had: ${cause.stderr || cause.message}`, {
      remedy: 'It needs a Debian or Ubuntu system with apt-get and dpkg-deb, and the network.',
      cause,
    });
  }
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js'];
  const config = ['--config', 'test/e2e/support/jest.rabbit4.config.cjs', '--runInBand'];
  return execute(process.execPath, [...jest, ...config, ...args], { env: { ABACO_TEST_RABBITMQ4: directory } });
});
