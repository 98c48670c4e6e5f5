import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { Sandbox } from '@abaco/engine';
import { BINARY_IMAGE, RESULTS_IMAGE } from '../support/images.js';
import { eventually } from '../support/eventually.js';
import { EngineFixture, Recorder } from './engine-fixture.js';

/** Contract 4.6. */
const MAX_RESULT_BYTES = 131_072;

describe('results', () => {
  let fixture: EngineFixture;
  let sandbox: Sandbox;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
    sandbox = await fixture.openSandbox();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  it('come in the order of sending, many more than the kernel queues', async () => {
    const words = Array.from({ length: 200 }, (_, i) => `r${i}`);
    const spec = fixture.spec('', { image: RESULTS_IMAGE, environment: { MSG: words.join(' ') } });
    const { results, outcome } = await fixture.run(spec, sandbox);
    expect(outcome.exitCode).toBe(0);
    expect(results.map(String)).toEqual(words);
  });

  it('come while the actor runs', async () => {
    const recorder = new Recorder();
    const script = 'echo -n now | abaco-result; sleep 60';
    const container = await fixture.engine.start(fixture.spec(script), sandbox, recorder);
    await eventually('the result', () => recorder.results.length === 1);
    await container.stop(0);
    await container.outcome;
    await container.remove();
  });

  it('are taken up to 131,072 bytes, and none is lost when the actor ends at once', async () => {
    const size = MAX_RESULT_BYTES;
    const script = `for i in 1 2 3 4 5 6; do head -c ${size} /dev/zero | abaco-result; done; head -c ${size + 5000} /dev/zero | abaco-result`;
    const { results } = await fixture.run(fixture.spec(script), sandbox);
    expect(results.map(({ length }) => length)).toEqual(Array.from({ length: 7 }, () => size));
  });

  it('may be empty, and may be any bytes', async () => {
    const script = "abaco-result < /dev/null; printf '\\000\\377' | abaco-result";
    const { results } = await fixture.run(fixture.spec(script), sandbox);
    expect(results).toEqual([Buffer.alloc(0), Buffer.from([0, 255])]);
  });

  it('can be sent by any user', async () => {
    const { results } = await fixture.run(fixture.spec('echo -n mine | abaco-result', { user: '4711:4711' }), sandbox);
    expect(results.map(String)).toEqual(['mine']);
  });

  it('of 10 actors at once reach their own sink', async () => {
    await Promise.all(
      Array.from({ length: 10 }, async (_, i) => {
        const words = Array.from({ length: 30 }, (_, n) => `a${i}n${n}`);
        const spec = fixture.spec('', { image: RESULTS_IMAGE, environment: { MSG: words.join(' ') } });
        expect((await fixture.run(spec, sandbox)).results.map(String)).toEqual(words);
      }),
    );
  });

  it('work below a directory whose path is too long for a socket address', async () => {
    const socketDir = join(fixture.directory, 'deep'.repeat(30), 'sockets');
    const engine = await fixture.connectAgain({ socketDir });
    const recorder = new Recorder();
    const container = await engine.start(fixture.spec('echo -n deep | abaco-result'), sandbox, recorder);
    await container.outcome;
    await container.remove();
    await engine.close();
    expect(recorder.results.map(String)).toEqual(['deep']);
    rmSync(join(fixture.directory, 'deep'.repeat(30)), { recursive: true });
  });

  it('have a socket only as long as the container is not removed', async () => {
    const container = await fixture.engine.start(fixture.spec('true'), sandbox, new Recorder());
    const socket = join(fixture.directory, 'sockets', 'w0');
    expect(existsSync(socket)).toBe(true);
    await container.outcome;
    await container.remove();
    await container.remove();
    const files = readdirSync(socket);
    expect(files).toEqual([]);
  });
});

describe('a binary message', () => {
  let fixture: EngineFixture;
  let sandbox: Sandbox;

  beforeAll(async () => {
    fixture = await EngineFixture.open();
    sandbox = await fixture.openSandbox();
  });

  afterAll(async () => {
    expect(await fixture.close()).toEqual([]);
  });

  const data = randomBytes(10_000_000);
  const report = (bytes: Buffer): string => `${bytes.length}\n${createHash('sha256').update(bytes).digest('hex')}  -\n`;

  it.each([
    ['a buffer', () => data],
    ['a stream', () => Readable.from([data.subarray(0, 1), data.subarray(1, 9_000_000), data.subarray(9_000_000)])],
  ])('of 10 MB given as %s arrives whole', async (_, binaryData) => {
    const spec = fixture.spec('', { image: BINARY_IMAGE, environment: {}, binaryData: binaryData(), user: '1000' });
    expect((await fixture.run(spec, sandbox)).text).toBe(report(data));
  });

  it('may be empty', async () => {
    const spec = fixture.spec('', { image: BINARY_IMAGE, environment: {}, binaryData: Buffer.alloc(0) });
    expect((await fixture.run(spec, sandbox)).text).toBe(report(Buffer.alloc(0)));
  });

  it('cannot be changed by the actor', async () => {
    const script = '(echo x >> /_abaco_binary_data) 2>/dev/null || echo refused';
    const { text } = await fixture.run(fixture.spec(script, { binaryData: data }), sandbox);
    expect(text).toBe('refused\n');
  });

  it('that breaks off starts no container and leaves no file', async () => {
    const broken = new Readable({
      read() {
        this.push('some');
        this.destroy(new Error('the store went away'));
      },
    });
    const start = fixture.engine.start(fixture.spec('true', { binaryData: broken }), sandbox, new Recorder());
    await expect(start).rejects.toThrow('the store went away');
    expect(await fixture.engine.find(fixture.instance)).toEqual([]);
  });

  it('that cannot be written is told', async () => {
    const fifoDir = join(fixture.directory, 'a-file');
    writeFileSync(fifoDir, '');
    const engine = await fixture.connectAgain({ fifoDir });
    const start = engine.start(fixture.spec('true', { binaryData: data }), sandbox, new Recorder());
    await expect(start).rejects.toThrow(/could not be started.*EEXIST|ENOTDIR/);
    await engine.close();
    expect(statSync(fifoDir).size).toBe(0);
    rmSync(fifoDir);
  });
});
