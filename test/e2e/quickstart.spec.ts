import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../support/server-process.js';

interface Quickstart {
  readonly process: ChildProcess;
  readonly exit: Promise<{ code: number | null; output: string }>;
  /** Resolves when the text has been printed. */
  printed(text: string): Promise<void>;
}

function quickstart(...args: string[]): Quickstart {
  const child = spawn(process.execPath, ['scripts/quickstart.mjs', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  const exit = once(child, 'close').then(([code]) => ({ code: code as number | null, output }));
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const printed = async (text: string): Promise<void> => {
    while (!output.includes(text)) {
      if (child.exitCode !== null) throw new Error(`The quickstart ended without printing "${text}":\n${output}`);
      await Promise.race([once(child.stdout, 'data'), exit]);
    }
  };
  return { process: child, exit, printed };
}

async function listen(): Promise<Server> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server): string => String((server.address() as AddressInfo).port);

describe('npm run quickstart', () => {
  let directory: string;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'abaco-quickstart-'));
  });

  afterAll(() => {
    rmSync(directory, { recursive: true, force: true });
  });

  it('runs the sample actor on a text, a JSON and a binary message', async () => {
    const { code, output } = await quickstart('--once', '--port', String(await freePort()), '--data-dir', directory)
      .exit;
    expect(output).toContain('registered now');
    expect(output.match(/(text|JSON|binary) message, execution \w+: COMPLETE, exit code 0/g)).toHaveLength(3);
    expect(code).toBe(0);
  }, 180_000);

  it('takes the actor of the former run, serves until a signal comes, and ends with exit code 0', async () => {
    const port = await freePort();
    const second = quickstart('--port', String(port), '--data-dir', directory);
    await second.printed('Press Ctrl-C to stop.');
    expect((await fetch(`http://127.0.0.1:${port}/health/ready`)).status).toBe(200);
    second.process.kill('SIGINT');
    const { code, output } = await second.exit;
    expect(output).toContain('registered by a former run');
    expect(code).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/health/live`)).rejects.toThrow();
  }, 180_000);

  it('names the option to use when its port is taken', async () => {
    const taken = await listen();
    try {
      const { code, output } = await quickstart('--once', '--port', portOf(taken), '--data-dir', directory).exit;
      expect(output).toContain(`Port ${portOf(taken)} of 127.0.0.1 is already in use`);
      expect(output).toContain('--port');
      expect(code).toBe(1);
    } finally {
      taken.close();
    }
  });

  it('explains its options instead of guessing', async () => {
    const { code, output } = await quickstart('--prot', '8001').exit;
    expect(output).toContain("Unknown option '--prot'");
    expect(output).toContain('--data-dir DIR');
    expect(code).toBe(1);
  });
});
