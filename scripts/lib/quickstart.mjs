import path from 'node:path';
import { parseArgs } from 'node:util';
import { provideBuild } from './build.mjs';
import { demonstrate, describeExecution } from './demonstration.mjs';
import { provideDependencies } from './dependencies.mjs';
import { provideEngine } from './engine-setup.mjs';
import { Failure } from './failure.mjs';
import { catchSignals, untilInterrupted } from './interruption.mjs';
import { Progress } from './progress.mjs';
import { fromRoot } from './repository.mjs';
import { SAMPLE_IMAGE, provideSampleImage } from './sample-image.mjs';
import { ServerProcess, requireFreePort } from './server-process.mjs';

const HELP = `Usage: npm run quickstart [-- OPTIONS]

From a fresh checkout to an actor that has run: installs and builds what is missing, starts the server with its embedded
store and broker, registers a sample actor, sends it three messages, and goes on serving until Ctrl-C.
Needs Node and npm; as root on Debian or Ubuntu it installs Docker and a static busybox where they are missing.

  --once           end after the demonstration
  --port N         port of the REST API on 127.0.0.1 (default 8000)
  --data-dir DIR   where everything is stored (default .abaco in this checkout)
  --help           show this text`;

function optionsOf(args) {
  const options = {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '8000' },
    'data-dir': { type: 'string' },
    help: { type: 'boolean', default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ args, options }));
  } catch (cause) {
    throw new Failure(cause.message, { remedy: HELP, cause });
  }
  const port = Number(values.port);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new Failure(`--port ${values.port} is not a port number between 1 and 65535.`);
  }
  // npm runs scripts in the root of the checkout and tells where the user was.
  const directory = values['data-dir'] && path.resolve(process.env.INIT_CWD ?? process.cwd(), values['data-dir']);
  return { ...values, port, dataDirectory: directory ?? fromRoot('.abaco') };
}

/** @returns the exit code @throws Failure with the way out */
export async function quickstart(args) {
  const { help, once, port, dataDirectory } = optionsOf(args);
  if (help) {
    console.log(HELP);
    return 0;
  }
  catchSignals();
  const progress = new Progress(7);
  const context = {
    status: (text) => progress.status(text),
    logFile: (name) => path.join(dataDirectory, 'logs', `${name}.log`),
  };

  await progress.step('Check Node and the port', async () => {
    await requireFreePort(port);
    return `Node ${process.versions.node}, port ${port} is free`;
  });
  await progress.step('Dependencies', () => provideDependencies(context));
  await progress.step('Build', () => provideBuild(context));
  const { url: engineUrl } = await progress.step(
    'Container engine',
    () => provideEngine(context),
    ({ url, how }) => (how ? `${url}, ${how}` : url),
  );
  await progress.step(`Sample image ${SAMPLE_IMAGE}`, () => provideSampleImage({ ...context, engineUrl }));

  const log = context.logFile('server');
  const server = new ServerProcess({ port, dataDirectory, engineUrl, log });
  try {
    await progress.step('Server', async () => {
      await server.ready();
      return `ready at ${server.url}`;
    });
    const shown = await progress.step(
      'Sample actor',
      () => demonstrate({ url: server.url, image: SAMPLE_IMAGE, status: context.status }),
      ({ actor, isNew }) => `${actor}, ${isNew ? 'registered now' : 'registered by a former run'}, took three messages`,
    );
    progress.line();
    for (const execution of shown.executions) progress.line(`${describeExecution(execution)}\n`);
    if (!once) await serve(server, progress, shown, dataDirectory, log);
  } catch (error) {
    throw server.hasExited ? server.failure('The server ended unexpectedly') : error;
  } finally {
    await server.stop();
  }
  progress.line(`Stopped. Everything is kept in ${dataDirectory}: the next run starts in seconds.`);
  return 0;
}

async function serve(server, progress, { actor, executions }, dataDirectory, log) {
  const base = `${server.url}/actors`;
  progress.line(`Abaco is serving at ${server.url}. In another terminal:

  curl ${base}
  curl -d message=Hello ${base}/${actor}/messages
  curl -H 'Content-Type: application/json' -d '{"a": 1}' ${base}/${actor}/messages
  curl ${base}/${actor}/executions
  curl ${base}/${actor}/executions/${executions[0].id}/logs
  curl -d 'image=${SAMPLE_IMAGE}&name=mine' ${base}

API description: ${server.url}/docs
Data: ${dataDirectory}      Server log: ${log}
Press Ctrl-C to stop.`);
  await Promise.race([untilInterrupted(), server.exited()]);
  if (server.hasExited) throw server.failure('The server ended unexpectedly');
  progress.line('\nStopping: running executions are finished first.');
}
