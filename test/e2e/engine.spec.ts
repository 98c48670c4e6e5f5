import { createHash } from 'node:crypto';
import {
  buildImage,
  ContainerNotStarted,
  ImageNotFound,
  ImagePullFailed,
  sampleImageFiles,
  type Sandbox,
} from '@abaco/engine';
import { BUSYBOX_IMAGE, ECHO_IMAGE, SHELL_IMAGE } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { EngineFixture, Recorder } from './engine-fixture.js';

/** Bytes. Fewer than 131,072 with name and `=`. */
const LONGEST_VALUE = 131_071 - 'MSG='.length;

describe('the Docker engine', () => {
  let fixture: EngineFixture;
  let sandbox: Sandbox;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
    sandbox = await fixture.openSandbox();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  it('says what it is', async () => {
    const info = await fixture.engine.info();
    expect(info).toMatchObject({ location: fixture.url, cpus: expect.any(Number) as number });
    expect(info.version).toMatch(/^\d+\./);
    expect(info.memoryBytes).toBeGreaterThan(0);
  });

  describe('output', () => {
    it('comes whole and in order from 20 containers at once, some with 10 MB', async () => {
      const runs = await Promise.all(
        Array.from({ length: 20 }, async (_, i) => {
          const lines = i % 4 === 0 ? 1_300_000 : 20;
          const { text, outcome } = await fixture.run(fixture.spec(`seq 1 ${lines}`), sandbox);
          return { lines, text, exitCode: outcome.exitCode };
        }),
      );
      for (const { lines, text, exitCode } of runs) {
        expect(exitCode).toBe(0);
        const expected = Array.from({ length: lines }, (_, i) => `${i + 1}\n`).join('');
        expect(text.length).toBe(expected.length);
        expect(text === expected).toBe(true);
      }
    });

    it('combines stdout and stderr in the order of writing', async () => {
      const script = 'for i in 1 2 3 4 5; do echo out$i; sleep 0.15; echo err$i >&2; sleep 0.15; done';
      const { text } = await fixture.run(fixture.spec(script), sandbox);
      expect(text.split('\n').slice(0, 4)).toEqual(['out1', 'err1', 'out2', 'err2']);
    });

    it('is passed on while the container runs', async () => {
      const recorder = new Recorder();
      const container = await fixture.engine.start(fixture.spec('echo early; sleep 60'), sandbox, recorder);
      await eventually('the first line', () => recorder.text === 'early\n');
      expect(await fixture.engine.find(fixture.instance)).toMatchObject([{ id: container.id, state: 'running' }]);
      await container.stop(0);
      await container.outcome;
      await container.remove();
    });

    it('may be any bytes', async () => {
      const recorder = new Recorder();
      const container = await fixture.engine.start(fixture.spec("printf '\\000\\377\\001'"), sandbox, recorder);
      await container.outcome;
      await container.remove();
      expect(Buffer.concat(recorder.chunks)).toEqual(Buffer.from([0, 255, 1]));
    });

    it('survives a sink that throws', async () => {
      const container = await fixture.engine.start(fixture.spec('echo one; echo two'), sandbox, {
        log: () => {
          throw new Error('a full disk');
        },
        result: () => undefined,
      });
      expect((await container.outcome).exitCode).toBe(0);
      await container.remove();
    });
  });

  describe('the outcome', () => {
    it.each([0, 1, 42, 255])('has exit code %i', async (code) => {
      const { outcome } = await fixture.run(fixture.spec(`exit ${code}`), sandbox);
      expect(outcome.exitCode).toBe(code);
      expect(outcome.state).toMatchObject({ Status: 'exited', Running: false, OOMKilled: false, ExitCode: code });
      expect(outcome.finishedAt.getTime()).toBeGreaterThanOrEqual(outcome.startedAt.getTime());
    });

    it('is 127 when a shell does not find its command', async () => {
      const { outcome, text } = await fixture.run(fixture.spec('no-such-command'), sandbox);
      expect(outcome.exitCode).toBe(127);
      expect(text).toContain('not found');
    });
  });

  describe('a container that cannot start', () => {
    const startError = async (...args: Parameters<EngineFixture['spec']>): Promise<ContainerNotStarted> => {
      const error: unknown = await fixture.engine
        .start(fixture.spec(...args), sandbox, new Recorder())
        .catch((e: unknown) => e);
      expect(error).toBeInstanceOf(ContainerNotStarted);
      return error as ContainerNotStarted;
    };

    it('is refused with 127 when its program is missing, and leaves nothing behind', async () => {
      await buildImage(fixture.url, 'abaco/test-broken:latest', [{ path: '/x', content: 'x' }], {
        entrypoint: ['/missing'],
      });
      expect(await startError('', { image: 'abaco/test-broken' })).toMatchObject({ exitCode: 127 });
      expect(await fixture.engine.find(fixture.instance)).toEqual([]);
    });

    it('is refused with 126 when its program is not executable', async () => {
      await buildImage(fixture.url, 'abaco/test-noexec:latest', [{ path: '/x', content: 'x' }], { entrypoint: ['/x'] });
      expect(await startError('', { image: 'abaco/test-noexec' })).toMatchObject({ exitCode: 126 });
    });

    it('is refused when its image is not there', async () => {
      const { message } = await startError('', { image: 'abaco/no-such-image' });
      expect(message).toMatch(/no-such-image.*No such image/i);
    });

    it('is refused when an environment string is too long for the kernel', async () => {
      const { message } = await startError('', { environment: { MSG: 'x'.repeat(LONGEST_VALUE + 1) } });
      expect(message).toContain('MSG takes 131072 bytes');
    });

    it('is refused when a value contains NUL', async () => {
      const { message } = await startError('', { environment: { A: 'x\0y' } });
      expect(message).toContain('NUL');
    });

    it('is refused when its memory limit is below the engine’s least', async () => {
      const { message } = await startError('', { memoryBytes: 1000 });
      expect(message).toMatch(/memory/i);
    });
  });

  describe('the environment', () => {
    it('arrives unchanged', async () => {
      const environment = {
        QUOTES: `it's "quoted" \`x\` $HOME \\ back`,
        LINES: 'one\ntwo\r\n\tthree',
        UNICODE: 'ünïcödé 日本 🚀',
        EMPTY: '',
        'WITH SPACE': '; & | * ? [a] {b} ~ #',
        '_abaco_Content-Type': 'application/json',
      };
      const image = 'abaco/test-environ:latest';
      // not the shell: it drops what cannot be a shell variable
      await buildImage(fixture.url, image, await sampleImageFiles(), { cmd: ['/bin/cat', '/proc/self/environ'] });
      const { text } = await fixture.run(fixture.spec('', { image, environment }), sandbox);
      const seen = Object.fromEntries(
        text.split('\0').map((pair) => pair.split(/=(.*)/s).slice(0, 2) as [string, string]),
      );
      expect(seen).toMatchObject(environment);
    });

    it('may hold a value of the greatest length', async () => {
      const value = 'x'.repeat(LONGEST_VALUE);
      const { text } = await fixture.run(fixture.spec('', { image: ECHO_IMAGE, environment: { MSG: value } }), sandbox);
      expect(createHash('sha256').update(text.slice('Contents of MSG: '.length).split('\n')[0]!).digest('hex')).toBe(
        createHash('sha256').update(value).digest('hex'),
      );
    });

    it('unsets a variable of the image for null', async () => {
      const image = 'abaco/test-environment:latest';
      await buildImage(fixture.url, image, await sampleImageFiles(), {
        entrypoint: ['/bin/env'],
        environment: { GREETING: 'a "quoted" $value \\ here', OTHER: 'kept' },
      });
      const plain = await fixture.run(fixture.spec('', { image, environment: {} }), sandbox);
      expect(plain.text).toContain('GREETING=a "quoted" $value \\ here\n');
      const unset = await fixture.run(fixture.spec('', { image, environment: { GREETING: null } }), sandbox);
      expect(unset.text).not.toContain('GREETING');
      expect(unset.text).toContain('OTHER=kept');
    });
  });

  describe('settings of a container', () => {
    it('has the user asked for, and no new privileges', async () => {
      const { text } = await fixture.run(
        fixture.spec('id -u; id -g; grep NoNewPrivs /proc/self/status', { user: '1234:567' }),
        sandbox,
      );
      expect(text).toBe('1234\n567\nNoNewPrivs:\t1\n');
    });

    it('runs under the lean seccomp list, which still forbids what the default one does', async () => {
      const lean = await fixture.connectAgain({ seccomp: 'lean' });
      const recorder = new Recorder();
      const script = 'grep -c Seccomp:.*2 /proc/self/status; busybox unshare -U true 2>&1; sleep 0.01 && echo fine';
      const container = await lean.start(fixture.spec(script), sandbox, recorder);
      await container.outcome;
      await container.remove();
      await lean.close();
      expect(recorder.text).toMatch(/^1\n.*not permitted\nfine\n$/);
    });

    it('mounts read-only what is configured so', async () => {
      const mounts = [
        { hostPath: fixture.directory, containerPath: '/ro', mode: 'ro' },
        { hostPath: fixture.directory, containerPath: '/rw', mode: 'rw' },
      ] as const;
      // stderr is silenced around the redirection that fails: the engine keeps no order between the two streams
      const script = '{ true > /ro/a; } 2>/dev/null || echo refused; true > /rw/a && echo written; rm /rw/a';
      const { text } = await fixture.run(fixture.spec(script, { mounts }), sandbox);
      expect(text).toBe('refused\nwritten\n');
    });

    it('takes the place of a container that an earlier start has left', async () => {
      const spec = fixture.spec('echo again');
      const first = await fixture.engine.start(spec, sandbox, new Recorder());
      await first.outcome;
      const second = await fixture.run(spec, sandbox);
      expect(second.text).toBe('again\n');
      await first.remove();
    });
  });

  describe('images', () => {
    it('are found by name without tag, and by id', async () => {
      const found = await fixture.engine.findImage('abaco/test-busybox');
      expect(found).toEqual({
        id: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string,
        digest: found?.id,
        bytes: expect.any(Number) as number,
      });
      expect(await fixture.engine.findImage(BUSYBOX_IMAGE)).toEqual(found);
      expect(await fixture.engine.findImage(found?.id ?? '')).toEqual(found);
    });

    it('are not found when there are none', async () => {
      expect(await fixture.engine.findImage('abaco/no-such-image')).toBeUndefined();
      expect(await fixture.engine.findImage('Not A Name')).toBeUndefined();
    });

    it('are not fetched by id, which is a name in no registry', async () => {
      await expect(fixture.engine.pullImage(`sha256:${'0'.repeat(64)}`)).rejects.toThrow(ImageNotFound);
    });

    it('are not found when the name cannot be one', async () => {
      await expect(fixture.engine.pullImage('Not A Name')).rejects.toThrow(ImageNotFound);
    });

    it('cannot be fetched when the registry does not answer', async () => {
      const pull = fixture.engine.pullImage('127.0.0.1:1/nothing/here:1');
      await expect(pull).rejects.toMatchObject({ failure: 'network', transient: true });
      await expect(pull).rejects.toThrow(ImagePullFailed);
    });

    it('are used as they are named', async () => {
      const { text } = await fixture.run(fixture.spec('echo named', { image: SHELL_IMAGE.split(':')[0]! }), sandbox);
      expect(text).toBe('named\n');
    });
  });
});
