import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compiled } from '../support/compiled.js';
import { eventually } from '../support/eventually.js';
import { buildTestImages, SHELL_IMAGE } from '../support/images.js';
import { ServerProcess } from '../support/server-process.js';

interface Config {
  readonly name: string;
  readonly value: string;
}

interface Execution {
  readonly id: string;
  readonly status: string;
  readonly final_state: { readonly Error?: string } | null;
}

/** Recognisable wherever they turn up. Their texts do not occur in this file. */
const CANARY = `canary-${randomBytes(12).toString('hex')}`;
const PLAIN = `plain-${randomBytes(12).toString('hex')}`;
/** Shows what a container got without printing it. */
const DIGEST = 'echo -n "$_actor_configs" | sha256sum';

const run = promisify(execFile);
const newKey = (id: string): string => `${id}=${randomBytes(32).toString('base64')}`;

describe('the secrets of a server with an embedded store', () => {
  let directory: string;
  let server: ServerProcess;
  let actor: string;

  const settings = (keys = ''): Record<string, string> => ({
    'general.data_dir': directory,
    'logs.level': 'DEBUG',
    'spawner.host_id': `secrets-${directory.slice(-6)}`,
    'workers.init_count': '0',
    'web.show_traceback': 'true',
    'web.encryption_keys': keys,
  });
  const rotate = async (keys: string): Promise<{ code: number; stdout: string; stderr: string }> => {
    const env: NodeJS.ProcessEnv = { ...process.env };
    delete env.NODE_OPTIONS;
    for (const [option, value] of Object.entries(settings(keys))) {
      env[`ABACO__${option.replace('.', '__').toUpperCase()}`] = value;
    }
    const main = [compiled('apps/server/src/main.ts'), 'rotate-secrets'];
    return run(process.execPath, main, { env }).then(
      (output) => ({ code: 0, ...output }),
      (error: { code: number; stdout: string; stderr: string }) => error,
    );
  };
  const execute = async (message: string): Promise<Execution> => {
    const sent = await server.call<{ execution_id: string }>('POST', `/actors/${actor}/messages`, { message });
    const path = `/actors/${actor}/executions/${sent.result.execution_id}`;
    return eventually('the execution has ended', async () => {
      const { result } = await server.call<Execution>('GET', path);
      return ['COMPLETE', 'ERROR'].includes(result.status) && result;
    });
  };
  const logsOf = async ({ id }: Execution): Promise<string> =>
    (await server.call<{ logs: string }>('GET', `/actors/${actor}/executions/${id}/logs`)).result.logs;
  const secret = async (name: string): Promise<string> =>
    (await server.call<Config>('GET', `/actors/configs/${name}`)).result.value;

  beforeAll(async () => {
    await buildTestImages();
    directory = await mkdtemp(join(tmpdir(), 'abaco-secrets-'));
    server = await ServerProcess.start(settings());
    actor = (await server.call<{ id: string }>('POST', '/actors', { image: SHELL_IMAGE })).result.id;
  });
  afterAll(async () => {
    await server.stop();
    await rm(directory, { recursive: true, force: true });
  });

  it('are in the container, and in plain neither in the log nor in any file', async () => {
    expect(existsSync(join(directory, 'secrets.key'))).toBe(false);
    const create = (name: string, value: string, is_secret: boolean) =>
      server.call<Config>('POST', '/actors/configs', { name, value, is_secret, actors: actor });
    await create('plain', PLAIN, false);
    await create('secret', CANARY, true);
    expect(statSync(join(directory, 'secrets.key')).mode & 0o777).toBe(0o600);
    // what goes wrong with it must not show it either
    expect((await create('secret', CANARY, true)).status).toBe(400);
    expect((await create('a b', CANARY, true)).status).toBe(400);
    await fetch(`${server.url}/actors/configs?value=${CANARY}`, { method: 'POST' });

    const execution = await execute(DIGEST);
    const expected = `{'plain': '${PLAIN}', 'secret': '${CANARY}'}`;
    const digest = await run('sh', ['-c', 'printf %s "$TEXT" | sha256sum'], {
      env: { TEXT: expected, PATH: process.env['PATH'] },
    });
    expect((await logsOf(execution)).trim()).toBe(digest.stdout.trim());

    const files = filesBelow(directory).map((path) => readFileSync(path));
    expect(files.some((content) => content.includes(PLAIN))).toBe(true);
    expect(files.some((content) => content.includes(CANARY))).toBe(false);
    expect(server.log).toContain('/actors/configs');
    expect(server.log).not.toContain(CANARY);
    expect(server.log).not.toContain(PLAIN);
  });

  it('change their key while a server runs, again and again without more to do, and outlive the old key', async () => {
    const before = await secret('secret');
    const keys = newKey('new');
    await server.stop();
    server = await ServerProcess.start(settings(keys));
    expect(await rotate(keys)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/Done: 1 secrets looked at, 1 encrypted anew with the first key\n$/) as string,
    });
    const after = await secret('secret');
    expect([before.startsWith('v1:made-'), after.startsWith('v1:new:')]).toEqual([true, true]);
    await server.stop();

    renameSync(join(directory, 'secrets.key'), join(directory, 'old.key'));
    const again = await rotate(keys); // with nobody else at the store
    expect(again.stdout).toBe(
      '1 secrets looked at, 0 encrypted anew with the first key\n' +
        'Done: 1 secrets looked at, 0 encrypted anew with the first key\n',
    );
    server = await ServerProcess.start(settings(keys));
    const [execution] = [await execute('test "${_actor_configs#*canary-}" != "$_actor_configs" && echo ok')];
    expect(await logsOf(execution)).toBe('ok\n');
    expect(await secret('secret')).toBe(after);
    expect([again, server.log].map((output) => JSON.stringify(output)).join('')).not.toContain(CANARY);
  });

  it('that no key decrypts end an execution with the reason, are named by the command, and can be set again', async () => {
    const keys = newKey('other');
    await server.stop();
    server = await ServerProcess.start(settings(keys));
    const execution = await execute(DIGEST);
    expect(execution).toMatchObject({
      status: 'ERROR',
      final_state: {
        Error:
          'The secret config secret cannot be decrypted: its encryption key new is not configured (web.encryption_keys). ' +
          'Set its value again, or ask whoever runs this service for the key.',
      },
    });
    expect(await rotate(keys)).toMatchObject({
      code: 1,
      stderr: 'Not decrypted: config DEV_secret: its encryption key new is not configured (web.encryption_keys)\n',
    });
    await server.call('PUT', '/actors/configs/secret', {
      name: 'secret',
      value: 'again',
      is_secret: true,
      actors: actor,
    });
    expect((await execute(DIGEST)).status).toBe('COMPLETE');
    expect(await rotate(keys)).toMatchObject({ code: 0 });
    expect(server.log).toContain('An execution could not get its environment');
    expect(server.log).not.toContain(CANARY);
  });

  it('keep a server from starting with keys that are none, which it does not show', async () => {
    const broken = await rotate('k1=Y2FuYXJ5');
    expect(broken.code).toBe(1);
    expect(broken.stderr).toContain('web.encryption_keys is "***", allowed is');
    expect(broken.stderr).not.toContain('Y2FuYXJ5');
    const missing = await rotate(join(directory, 'no.key'));
    expect(missing.stderr).toBe(
      `Abaco cannot rotate secrets: The file of encryption keys ${join(directory, 'no.key')} cannot be read: there is no such file.\n`,
    );
  });
});

function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
