import type { ContainerOutcome, ContainerSpec, ExecutionEngine, OutputSink, Sandbox } from '@abaco/engine';
import { eventually } from '../../support/eventually.js';

/** What an actor does in the suite; each adapter has it in its own form. */
export type Behaviour =
  /** Writes `out`, ends with this code. */
  | { readonly kind: 'exit'; readonly code: 0 | 1 }
  /** Writes the text of its message. */
  | { readonly kind: 'echo' }
  /** Writes the size of its binary message. */
  | { readonly kind: 'size' }
  /** Sends these results, in order. */
  | { readonly kind: 'results'; readonly words: readonly string[] }
  /** Writes `begun`, then waits; when it is told to stop it writes `bye` and ends with 0. */
  | { readonly kind: 'polite' }
  /** Writes `begun`, then waits, whatever it is told. */
  | { readonly kind: 'stubborn' };

/** How one adapter takes part. */
export interface EngineHarness {
  readonly engine: ExecutionEngine;
  readonly sandbox: Sandbox;
  spec(behaviour: Behaviour, message?: string, binaryData?: Buffer): ContainerSpec;
  readonly unknownImage: string;
  /** @returns what should not be there any more */
  close(): Promise<string[]>;
}

class Output implements OutputSink {
  text = '';
  readonly results: string[] = [];
  log(chunk: Buffer): void {
    this.text += chunk.toString();
  }
  result(datagram: Buffer): void {
    this.results.push(datagram.toString());
  }
}

/** What the runtime relies on, of every execution engine. */
export function engineConformance(name: string, open: () => Promise<EngineHarness>): void {
  describe(`the ${name} engine keeps to the contract of engines:`, () => {
    let harness: EngineHarness;

    beforeAll(async () => {
      harness = await open();
    });
    afterAll(async () => {
      expect(await harness.close()).toEqual([]);
    });

    const run = async (spec: ContainerSpec): Promise<{ outcome: ContainerOutcome; output: Output }> => {
      const output = new Output();
      const container = await harness.engine.start(spec, harness.sandbox, output);
      const outcome = await container.outcome;
      await container.remove();
      await container.remove();
      return { outcome, output };
    };
    const begin = async (spec: ContainerSpec) => {
      const output = new Output();
      const container = await harness.engine.start(spec, harness.sandbox, output);
      await eventually('it has begun', () => output.text === 'begun\n');
      return { container, output };
    };

    it.each([0, 1] as const)('an end with code %i is told with its times', async (code) => {
      const { outcome, output } = await run(harness.spec({ kind: 'exit', code }));
      expect(output.text).toMatch(/^out\n/);
      expect(outcome.exitCode).toBe(code);
      expect(outcome.state).toMatchObject({ Status: 'exited', Running: false, OOMKilled: false, ExitCode: code });
      expect(outcome.finishedAt.getTime()).toBeGreaterThanOrEqual(outcome.startedAt.getTime());
    });

    it('a message arrives unchanged', async () => {
      const message = `it's "quoted" $HOME \\ back, ünïcödé 日本 🚀\nand a line`;
      expect((await run(harness.spec({ kind: 'echo' }, message))).output.text).toBe(message);
    });

    it('a binary message arrives whole', async () => {
      const { output } = await run(harness.spec({ kind: 'size' }, undefined, Buffer.alloc(1_000_000)));
      expect(output.text.trim()).toBe('1000000');
    });

    it('results come in the order of sending, all before the outcome', async () => {
      const words = Array.from({ length: 50 }, (_, i) => `r${i}`);
      expect((await run(harness.spec({ kind: 'results', words }))).output.results).toEqual(words);
    });

    it('several run at once in one sandbox, each with its own output', async () => {
      const texts = ['a', 'b', 'c', 'd'];
      const runs = await Promise.all(texts.map((text) => run(harness.spec({ kind: 'echo' }, text))));
      expect(runs.map(({ output }) => output.text)).toEqual(texts);
    });

    it('stop lets an actor clean up, and may be repeated', async () => {
      const { container, output } = await begin(harness.spec({ kind: 'polite' }));
      await Promise.all([container.stop(20_000), container.stop(20_000)]);
      expect((await container.outcome).exitCode).toBe(0);
      expect(output.text).toBe('begun\nbye\n');
      await container.stop();
      await container.remove();
    });

    it('an actor that does not heed it is ended with 137 after its grace', async () => {
      const { container } = await begin(harness.spec({ kind: 'stubborn' }));
      await container.stop(200);
      expect(await container.outcome).toMatchObject({ exitCode: 137, state: { ExitCode: 137 } });
      await container.remove();
    });

    it('a stop without grace ends it at once', async () => {
      const { container } = await begin(harness.spec({ kind: 'stubborn' }));
      await container.stop(0);
      expect((await container.outcome).exitCode).toBe(137);
      await container.remove();
    });

    it('a sink that throws changes nothing', async () => {
      const refuse = (): never => {
        throw new Error('a full disk');
      };
      const spec = harness.spec({ kind: 'exit', code: 0 });
      const container = await harness.engine.start(spec, harness.sandbox, { log: refuse, result: refuse });
      expect((await container.outcome).exitCode).toBe(0);
      await container.remove();
    });

    it('an unknown image is not found, and cannot be started', async () => {
      const found = await harness.engine.findImage(harness.unknownImage).catch((error: Error) => error.name);
      expect([undefined, 'FunctionNotFound']).toContain(found);
      const spec = { ...harness.spec({ kind: 'exit', code: 0 }), image: harness.unknownImage };
      const started = harness.engine.start(spec, harness.sandbox, new Output());
      await expect(started).rejects.toMatchObject({ name: 'ContainerNotStarted' });
    });

    it('says what it is', async () => {
      const info = await harness.engine.info();
      expect(info.location).not.toBe('');
      expect(info.cpus).toBeGreaterThan(0);
      expect(info.memoryBytes).toBeGreaterThan(0);
    });
  });
}
