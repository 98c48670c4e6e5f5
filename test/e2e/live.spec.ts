import { eventually } from '../support/eventually.js';
import { buildTestImages, ECHO_IMAGE, SHELL_IMAGE } from '../support/images.js';
import { EventReader } from './support/event-reader.js';
import { answerTo, RestServer } from './support/rest-server.js';

/** Says a line five times a second until it is told to end. */
const TICKING = "trap 'echo bye; exit 0' TERM; i=0; while :; do i=$((i+1)); echo tick $i; sleep 0.2; done";

describe('live streams of executions', () => {
  let server: RestServer;
  let actor: string;

  beforeAll(async () => {
    await buildTestImages();
    server = await RestServer.start('live', { web: { max_streams: 3 } });
    actor = await server.register({ image: SHELL_IMAGE });
  });
  afterAll(() => server.close());

  const pathOf = (execution: string): string => `/actors/${actor}/executions/${execution}`;
  const follow = (execution: string, headers: Record<string, string> = {}): Promise<EventReader> =>
    EventReader.open(server.open('GET', `${pathOf(execution)}/logs?follow=true`, headers));
  const halt = async (execution: string): Promise<void> => {
    await server.inStatus(actor, execution, 'RUNNING');
    await server.call('DELETE', pathOf(execution));
  };

  it('send the log while the execution runs, and end with it', async () => {
    const execution = await server.send(actor, TICKING);
    const reader = await follow(execution, { origin: 'https://x.test' });
    expect([reader.answer.statusCode, reader.answer.headers]).toMatchObject([
      200,
      {
        'content-type': 'text/event-stream; charset=utf-8',
        'access-control-allow-origin': 'https://x.test',
        'x-request-id': expect.any(String) as string,
      },
    ]);
    await eventually('it comes in pieces', () => reader.events.length >= 3);
    expect(reader.over).toBe(false);
    await halt(execution);
    await reader.end();
    expect(reader.events.at(-1)).toEqual({ id: 'end', event: 'end', data: { status: 'COMPLETE' } });
    expect(reader.logs).toMatch(/^tick 1\ntick 2\n[^]*bye\n$/);
    expect(reader.logs).toBe(await server.logs(actor, execution));
  });

  it('go on where a broken connection left off', async () => {
    const execution = await server.send(actor, TICKING);
    const first = await follow(execution);
    await eventually('it has begun', () => first.events.length >= 2);
    first.disconnect();
    const seen = first.events.slice(0, 1);
    const second = await follow(execution, { 'last-event-id': seen[0]?.id ?? '' });
    await eventually('it goes on', () => second.events.length >= 2);
    await halt(execution);
    await second.end();
    expect(String(seen[0]?.data['logs']) + second.logs).toBe(await server.logs(actor, execution));
    const third = server.open('GET', `${pathOf(execution)}/logs?follow=true`, { 'last-event-id': 'end' });
    expect((await answerTo(third)).statusCode).toBe(204);
  });

  it('send the whole log of an execution that ended long ago', async () => {
    const execution = await server.send(actor, 'echo one; echo two >&2');
    await server.inStatus(actor, execution, 'COMPLETE');
    const reader = await follow(execution);
    await reader.end();
    expect([reader.logs.split('\n').sort(), reader.names.at(-1)]).toEqual([['', 'one', 'two'], 'end']);
  });

  it('send each status with the execution, to the final one', async () => {
    const execution = await server.send(actor, 'sleep 0.5; exit 3');
    const reader = await EventReader.open(server.open('GET', `${pathOf(execution)}/events`));
    await reader.end();
    const statuses = reader.events.map(({ data }) => data['status']);
    expect(statuses.slice(-2)).toEqual(['RUNNING', 'COMPLETE']);
    expect(new Set(reader.names)).toEqual(new Set(['status']));
    const { data } = reader.events.at(-1) ?? {};
    expect(data).toEqual((await server.call('GET', pathOf(execution))).result);
    expect(data).toMatchObject({ id: execution, exit_code: 3 });
  });

  it('are refused with an envelope before they begin', async () => {
    for (const path of ['logs?follow=true', 'events']) {
      const unknown = await server.call('GET', `${pathOf('JN0Boakk0VzKX')}/${path}`);
      expect(unknown).toMatchObject({
        code: 400,
        message: `No executions found with actor id of ${actor} and execution id of JN0Boakk0VzKX.`,
        result: null,
      });
      const foreign = await server.call('GET', `${pathOf('JN0Boakk0VzKX')}/${path}`, undefined, { tenant: 'OTHER' });
      expect([foreign.code, foreign.result]).toEqual([404, null]);
    }
  });

  it('are so many for a tenant; a client that goes away makes room', async () => {
    const execution = await server.send(actor, TICKING);
    await server.inStatus(actor, execution, 'RUNNING');
    const readers = await Promise.all([follow(execution), follow(execution), follow(execution)]);
    const refused = await server.call('GET', `${pathOf(execution)}/events`);
    expect([refused.code, refused.message]).toEqual([
      429,
      'The tenant follows 3 executions, which is the limit (web.max_streams). Close another stream, or try again later.',
    ]);
    readers[0].disconnect();
    const fourth = await eventually('there is room', async () => {
      const reader = await follow(execution);
      return reader.answer.statusCode === 200 && reader;
    });
    await halt(execution);
    await Promise.all([readers[1], readers[2], fourth].map((reader) => reader.end()));
    expect(fourth.names.at(-1)).toBe('end');
  });

  it('end when the server is closed', async () => {
    const closing = await RestServer.start('live-close');
    try {
      const id = await closing.register({ image: SHELL_IMAGE });
      const running = await closing.send(id, 'echo begun; sleep 4');
      const path = `/actors/${id}/executions/${running}`;
      const readers = await Promise.all(
        ['events', 'logs?follow=true'].map((last) => EventReader.open(closing.open('GET', `${path}/${last}`))),
      );
      await eventually('it runs', () => readers[0]?.events.at(-1)?.data['status'] === 'RUNNING');
      await eventually('it has begun', () => readers[1]?.logs === 'begun\n');
      const began = performance.now();
      const closed = closing.running.close();
      await Promise.all(readers.map((reader) => reader.end()));
      expect(performance.now() - began).toBeLessThan(2_000);
      expect(readers.map(({ names }) => names.at(-1))).toEqual(['status', 'log']); // neither says that it is over
      await closed;
    } finally {
      await closing.close();
    }
  });

  it('are of the log of a container that has ended before anybody asked', async () => {
    const echo = await server.register({ image: ECHO_IMAGE });
    const execution = await server.send(echo, 'hello');
    const path = `/actors/${echo}/executions/${execution}/logs?follow=true`;
    const reader = await EventReader.open(server.open('GET', path));
    await reader.end();
    expect(reader.logs).toContain('Contents of MSG: hello\n');
  });
});
