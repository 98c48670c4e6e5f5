import { jest } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { ContainerNotStarted, EngineUnavailable, ImageNotFound } from '../errors.js';
import type { ContainerOutcome, ContainerSpec, OutputSink, RunningContainer } from '../execution-engine.js';
import type { FunctionCall, FunctionContext, FunctionHandler, FunctionMessage } from './function-context.js';
import { FunctionEngine } from './function-engine.js';
import { FunctionRegistry } from './function-registry.js';

class Recorder implements OutputSink {
  text = '';
  readonly results: Buffer[] = [];
  log(chunk: Buffer): void {
    this.text += chunk.toString();
  }
  result(datagram: Buffer): void {
    this.results.push(datagram);
  }
}

const labels = { instance: 'i', tenant: 'DEV', actor: 'DEV_a', worker: 'w', execution: 'DEV_a_e', attempt: 1 };
const call = (overrides: Partial<FunctionCall> = {}): FunctionCall => ({
  tenant: 'DEV',
  actorId: 'a',
  executionId: 'e',
  message: { kind: 'text', text: 'hello' },
  state: {},
  configs: new Map(),
  setState: () => Promise.resolve(),
  ...overrides,
});

async function begin(
  handler: FunctionHandler,
  overrides: Partial<ContainerSpec> = {},
  sink: OutputSink = new Recorder(),
): Promise<{ engine: FunctionEngine; run: RunningContainer }> {
  const engine = new FunctionEngine(new FunctionRegistry({ f: handler }));
  const sandbox = await engine.openSandbox({ labels, network: 'bridge' });
  const spec = { image: 'function:f', labels, environment: {}, call: call(), ...overrides };
  return { engine, run: await engine.start(spec, sandbox, sink) };
}

async function finish(
  handler: FunctionHandler,
  overrides: Partial<ContainerSpec> = {},
): Promise<Recorder & { outcome: ContainerOutcome }> {
  const recorder = new Recorder();
  const { run } = await begin(handler, overrides, recorder);
  return Object.assign(recorder, { outcome: await run.outcome });
}

describe('FunctionEngine', () => {
  it('gives the outcome of a container that exits with 0', async () => {
    const { outcome } = await finish(() => undefined);
    expect(outcome).toMatchObject({ exitCode: 0, cpuNs: 0, ioBytes: 0, statistics: 'none' });
    expect(outcome.state).toMatchObject({ Status: 'exited', Running: false, OOMKilled: false, ExitCode: 0, Error: '' });
    expect(outcome.finishedAt.getTime()).toBeGreaterThanOrEqual(outcome.startedAt.getTime());
  });

  it('hands over what the actor and the message say', async () => {
    let seen: FunctionContext | undefined;
    await finish((context) => void (seen = context), {
      environment: { A: '1', UNSET: null, ['__proto__']: 'x' },
      call: call({
        message: { kind: 'json', text: '{"n": 12345678901234567890}' },
        state: { count: 1 },
        configs: new Map([['db', 'secret']]),
      }),
    });
    expect(seen).toMatchObject({ tenant: 'DEV', actorId: 'a', executionId: 'e', attempt: 1, state: { count: 1 } });
    expect(seen?.message).toEqual({
      kind: 'json',
      value: { n: 12345678901234567000 },
      source: '{"n": 12345678901234567890}',
    });
    expect(Object.entries(seen?.environment ?? {})).toEqual([
      ['A', '1'],
      ['__proto__', 'x'],
    ]);
    expect(seen?.configs.get('db')).toBe('secret');
  });

  it('hands a binary message over whole', async () => {
    let seen: FunctionMessage | undefined;
    const data = Buffer.alloc(3_000_000, 7);
    const binaryData = Readable.from([data.subarray(0, 10), data.subarray(10)]);
    await finish(({ message }) => void (seen = message), { binaryData, call: call({ message: undefined }) });
    expect(seen?.kind === 'binary' && seen.data.equals(data)).toBe(true);
  });

  it('does not start a function whose binary message breaks off', async () => {
    const binaryData = new Readable({ read: (): void => void binaryData.destroy(new Error('the store went away')) });
    const started = begin(() => undefined, { binaryData, call: call({ message: undefined }) });
    await expect(started).rejects.toThrow(ContainerNotStarted);
  });

  it('keeps the order of what is logged and written', async () => {
    const { text } = await finish(({ log, write }) => {
      log('one %d', 1, { a: [1] });
      write('two');
      write(new Uint8Array([0x21, 0x0a]));
    });
    expect(text).toBe('one 1 { a: [ 1 ] }\ntwo!\n');
  });

  it.each<[string, unknown, string[]]>([
    ['nothing', undefined, []],
    ['a string', 'text', ['text']],
    ['bytes', Buffer.from('bytes'), ['bytes']],
    ['an object', { a: 1 }, ['{"a":1}']],
    ['null', null, ['null']],
    ['a promise', Promise.resolve([1]), ['[1]']],
  ])('takes what it returns for a result: %s', async (_, value, expected) => {
    const { results, outcome } = await finish(() => value);
    expect(results.map(String)).toEqual(expected);
    expect(outcome.exitCode).toBe(0);
  });

  it('sends every result as it is, in order, whatever becomes of the buffer', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array(), { size: 'max', maxLength: 20 }), async (sent) => {
        const { results } = await finish(({ sendResult }) => {
          for (const bytes of sent) {
            const reused = Buffer.from(bytes);
            sendResult(reused);
            reused.fill(0);
          }
        });
        expect(results).toEqual(sent.map((bytes) => Buffer.from(bytes)));
      }),
      { numRuns: 30 },
    );
  });

  it('refuses a result of more than 131,072 bytes, also a returned one', async () => {
    const { text, results, outcome } = await finish(({ sendResult }) => {
      sendResult('x'.repeat(131_072));
      return 'x'.repeat(131_073);
    });
    expect(results).toHaveLength(1);
    expect(outcome.exitCode).toBe(1);
    expect(text).toMatch(/^ResultTooLarge|RangeError: A result may have 131072 bytes, this one has 131073\./);
  });

  it('refuses a result that JSON does not have', async () => {
    const { text, outcome } = await finish(() => () => undefined);
    expect(outcome.exitCode).toBe(1);
    expect(text).toContain('TypeError: A result must be a value that JSON has; a function is none.');
  });

  it('writes what is thrown, with stack and causes and nothing else, and exits with 1', async () => {
    const { text, outcome } = await finish(() => {
      const error = new Error('no room', { cause: new Error('disk full') });
      throw Object.assign(error, { token: 'canary' });
    });
    expect(outcome.exitCode).toBe(1);
    expect(text).toMatch(/^Error: no room\n {4}at .*\n[^]*Caused by: Error: disk full\n {4}at /);
    expect(text).not.toContain('canary');
  });

  it('ends with 1 for a rejection that is no error', async () => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- that is what is tested
    const { text, outcome } = await finish(() => Promise.reject('just text'));
    expect(outcome.exitCode).toBe(1);
    expect(text).toBe('Thrown: just text\n');
  });

  it('gives a copy of the state, and stores what JSON makes of a new one', async () => {
    const state = { list: [1] };
    const stored: unknown[] = [];
    const { outcome } = await finish(
      async (context) => {
        (context.state as typeof state).list.push(2);
        await context.setState({ at: new Date(0), gone: undefined });
        await expect(context.setState(undefined)).rejects.toThrow('A state must be a value that JSON has');
      },
      { call: call({ state, setState: (value) => Promise.resolve(void stored.push(value)) }) },
    );
    expect(outcome.exitCode).toBe(0);
    expect(state).toEqual({ list: [1] });
    expect(stored).toEqual([{ at: '1970-01-01T00:00:00.000Z' }]);
  });

  it('goes on when its output is not taken', async () => {
    const { run } = await begin(({ log }) => log('x'), {}, { log: thrower, result: thrower });
    expect((await run.outcome).exitCode).toBe(0);
  });

  describe('stop', () => {
    const begun = async (handler: FunctionHandler): Promise<{ run: RunningContainer; recorder: Recorder }> => {
      const recorder = new Recorder();
      let tell = (): void => undefined;
      const running = new Promise<void>((resolve) => (tell = resolve));
      const { run } = await begin(
        (context) => {
          tell();
          return handler(context);
        },
        {},
        recorder,
      );
      await running;
      return { run, recorder };
    };

    it('ends a function that heeds its signal with 143, as TERM ends a process', async () => {
      const { run, recorder } = await begun(({ signal }) => delay(60_000, undefined, { signal }));
      await run.stop(60_000);
      await run.stop(60_000);
      expect((await run.outcome).exitCode).toBe(143);
      expect(recorder.text).toBe('');
    });

    it('leaves a function that cleans up the exit code that this gives', async () => {
      const { run, recorder } = await begun(async ({ signal, log }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        log('bye');
      });
      await run.stop(60_000);
      expect((await run.outcome).exitCode).toBe(0);
      expect(recorder.text).toBe('bye\n');
    });

    it('ends the execution with 137 after the grace, and ignores what comes later', async () => {
      let release = (): void => undefined;
      let late: Promise<unknown> = Promise.resolve();
      const { run, recorder } = await begun((context) => {
        late = new Promise<void>((resolve) => (release = resolve)).then(async () => {
          context.log('late');
          context.sendResult('late');
          await expect(context.setState({})).rejects.toThrow('Execution e has ended');
          return 'late';
        });
        return late;
      });
      await run.stop(60_000);
      await run.stop(1); // the shorter grace counts
      const outcome = await run.outcome;
      expect(outcome).toMatchObject({ exitCode: 137, state: { ExitCode: 137, OOMKilled: false } });
      release();
      await late;
      expect(recorder).toMatchObject({ text: '', results: [] });
    });

    it('before it has begun means that it never begins', async () => {
      const handler = jest.fn();
      const { run } = await begin(handler);
      await run.stop();
      expect((await run.outcome).exitCode).toBe(143);
      expect(handler).not.toHaveBeenCalled();
    });

    it('after the end changes nothing', async () => {
      const { run } = await begin(() => undefined);
      const outcome = await run.outcome;
      await run.stop(0);
      expect(await run.outcome).toBe(outcome);
    });
  });

  it('leaves open what becomes of the functions that run when it is closed', async () => {
    let signal: AbortSignal | undefined;
    const { engine, run } = await begin((context) => {
      signal = context.signal;
      return new Promise(() => undefined);
    });
    await new Promise((resolve) => setImmediate(resolve));
    await engine.close();
    await expect(run.outcome).rejects.toThrow(EngineUnavailable);
    expect(signal?.aborted).toBe(true);
  });

  it('knows only its own functions, and says so', async () => {
    const { engine } = await begin(() => undefined);
    await engine.findImage('function:f');
    await expect(engine.findImage('function:g')).rejects.toThrow(
      'Image function:g was not found: this application has no function of that name.',
    );
    await expect(engine.findImage('function:g')).rejects.toBeInstanceOf(ImageNotFound);
    await expect(engine.findImage('busybox')).rejects.toThrow(/busybox cannot run here.*function:<name>/);
  });
});

function thrower(): never {
  throw new Error('a full disk');
}
