import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutionStream, LogEvent } from '@abaco/runtime';
import fc from 'fast-check';
import { ApiApplication } from '../../test-support/api-application.js';
import { ACTOR, EXECUTION } from '../../test-support/records.js';
import { encodeEvent } from './server-sent-events.js';

/** A log without an end. */
class Endless implements ExecutionStream<LogEvent> {
  /** Pieces of 64 Ki characters that were asked for. */
  asked = 0;
  private readonly over = new AbortController();
  readonly ended = this.over.signal;
  readonly events = this.pieces();
  private readonly text = 'x'.repeat(64 * 1024);

  /** As when the server shuts down; the end of `events` shows only to whoever asks for more. */
  end(): void {
    this.over.abort();
  }

  close(): void {
    this.over.abort();
  }

  private async *pieces(): AsyncGenerator<LogEvent, void> {
    while (!this.ended.aborted) {
      await delay(0);
      yield { type: 'log', position: { attempt: 1, seq: this.asked++ }, text: this.text };
    }
  }
}

describe('eventStream over a socket', () => {
  let api: ApiApplication;
  let source: Endless;
  beforeEach(async () => {
    api = await ApiApplication.start();
    source = new Endless();
    api.streams.logs = () => Promise.resolve(source);
    await api.app.listen(0, '127.0.0.1');
  });
  afterEach(() => api.close());

  const open = async (): Promise<IncomingMessage> => {
    const { port } = api.app.getHttpServer().address() as AddressInfo;
    const path = `/actors/${ACTOR}/executions/${EXECUTION}/logs?follow=true`;
    const request = get({ port, path, agent: false }).on('error', () => undefined);
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    return answer.on('error', () => undefined);
  };
  /** Waits until the source has not been asked for a quarter of a second. */
  const stalled = async (): Promise<number> => {
    for (let before = -1; before !== source.asked;) {
      before = source.asked;
      await delay(250);
    }
    return source.asked;
  };

  it('asks for no more while the client does not read, and goes on when it does', async () => {
    const answer = await open();
    const asked = await stalled();
    expect(asked).toBeGreaterThan(0);
    answer.resume();
    for (const end = performance.now() + 10_000; source.asked < asked + 100 && performance.now() < end;)
      await delay(10);
    expect(source.asked).toBeGreaterThanOrEqual(asked + 100);
    answer.destroy();
  });

  it('closes the source when the client goes away, even in the middle of a piece', async () => {
    const answer = await open();
    await stalled();
    answer.destroy();
    if (!source.ended.aborted) await once(source.ended, 'abort');
  });

  it('cuts off a client that does not read when the source has ended, so that the server can close', async () => {
    await open();
    await stalled();
    source.end();
    const began = performance.now();
    await api.app.close();
    expect(performance.now() - began).toBeLessThan(8_000);
  });
});

describe('encodeEvent', () => {
  it('makes one event of whatever data', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 3 }), fc.string({ unit: 'binary' }), (value, text) => {
        const data = { value, text };
        const encoded = encodeEvent({ id: '1.0', event: 'log', data });
        const lines = encoded.split(/\r\n|\r|\n/);
        expect(lines.map((line) => line.split(':', 1)[0])).toEqual(['id', 'event', 'data', '', '']);
        expect(lines[2]).toBe(`data: ${JSON.stringify(data)}`);
      }),
    );
  });
});
