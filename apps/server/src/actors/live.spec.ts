import type { LogEvent } from '@abaco/runtime';
import { ExecutionNotFound, TooManyStreams } from '@abaco/runtime';
import fc from 'fast-check';
import { ApiApplication } from '../../test-support/api-application.js';
import { streamOf } from '../../test-support/stream-of.js';
import { ACTOR, EXECUTION, executionRecord } from '../../test-support/records.js';
import { positionOf, statusOf } from './live-executions.js';

const base = `/actors/${ACTOR}/executions/${EXECUTION}`;
const START = 'retry: 2000\n\n';

describe('server-sent events', () => {
  let api: ApiApplication;
  beforeAll(async () => {
    api = await ApiApplication.start();
  });
  afterAll(() => api.close());

  /** @returns what the stream was asked to go on after */
  const logging = (events: readonly LogEvent[]): { after: unknown } => {
    const asked: { after: unknown } = { after: 'nothing' };
    api.streams.logs = (_caller, _actor, _execution, after) => {
      asked.after = after;
      return Promise.resolve(streamOf(events));
    };
    return asked;
  };

  it('are the log as it comes, in JSON, so that no text can look like an event', async () => {
    logging([
      { type: 'log', position: { attempt: 1, seq: 0 }, text: 'a\r\nevent: end\ndata: x\n\n' },
      { type: 'idle' },
      { type: 'restart', attempt: 2 },
      { type: 'log', position: { attempt: 2, seq: 0 }, text: 'ä' },
      { type: 'end', status: 'COMPLETE' },
    ]);
    const response = await api.inject({ url: `${base}/logs?follow=true`, headers: { origin: 'https://x.test' } });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      'access-control-allow-origin': 'https://x.test',
      'x-request-id': expect.any(String) as string,
    });
    expect(response.body).toBe(
      `${START}id: 1.0\nevent: log\ndata: {"logs":"a\\r\\nevent: end\\ndata: x\\n\\n"}\n\n` +
        ':\n\n' +
        'id: 2.-1\nevent: restart\ndata: {"attempt":2}\n\n' +
        'id: 2.0\nevent: log\ndata: {"logs":"ä"}\n\n' +
        'id: end\nevent: end\ndata: {"status":"COMPLETE"}\n\n',
    );
  });

  it.each([
    ['3.17', { attempt: 3, seq: 17 }],
    ['2.-1', { attempt: 2, seq: -1 }],
    ['nonsense', undefined],
    ['', undefined],
  ])('go on after Last-Event-ID %j', async (id, after) => {
    const asked = logging([{ type: 'end', status: 'ERROR' }]);
    await api.inject({ url: `${base}/logs?follow=true`, headers: { 'last-event-id': id } });
    expect(asked.after).toEqual(after);
  });

  it('do not begin again for a client that has seen the end', async () => {
    const log = await api.inject({ url: `${base}/logs?follow=true`, headers: { 'last-event-id': 'end' } });
    expect([log.statusCode, log.body]).toEqual([204, '']);
    const status = await api.inject({ url: `${base}/events`, headers: { 'last-event-id': 'ERROR.2' } });
    expect([status.statusCode, status.body]).toEqual([204, '']);
  });

  it('are the statuses of an execution, each with the whole object', async () => {
    const seen: unknown[] = [];
    api.streams.statuses = (_caller, _actor, _execution, after) => {
      seen.push(after);
      return Promise.resolve(
        streamOf([
          { type: 'status', execution: executionRecord({ status: 'RUNNING', attempt: 1 }) },
          { type: 'idle' },
          { type: 'status', execution: executionRecord({ status: 'COMPLETE', attempt: 1, exit_code: 0 }) },
        ]),
      );
    };
    const response = await api.inject({ url: `${base}/events`, headers: { 'last-event-id': 'SUBMITTED.0' } });
    expect(seen).toEqual([{ status: 'SUBMITTED', attempt: 0 }]);
    const events = response.body.split('\n\n');
    expect(events.map((event) => event.split('\ndata:')[0])).toEqual([
      'retry: 2000',
      'id: RUNNING.1\nevent: status',
      ':',
      'id: COMPLETE.1\nevent: status',
      '',
    ]);
    expect(JSON.parse(events[3]?.split('\ndata: ')[1] ?? '')).toMatchObject({
      id: EXECUTION,
      status: 'COMPLETE',
      exit_code: 0,
      _links: { logs: expect.any(String) as string },
    });
  });

  it.each(['logs?follow=true', 'events'])('of %s come only where there is something to follow', async (path) => {
    const refuse = (error: Error): void => {
      api.streams.logs = () => Promise.reject(error);
      api.streams.statuses = () => Promise.reject(error);
    };
    refuse(new ExecutionNotFound(ACTOR, EXECUTION));
    const unknown = await api.inject({ url: `${base}/${path}` });
    expect([unknown.statusCode, unknown.headers['content-type']]).toEqual([400, 'application/json; charset=utf-8']);
    expect(unknown.json()).toMatchObject({
      message: `No executions found with actor id of ${ACTOR} and execution id of ${EXECUTION}.`,
    });
    refuse(new TooManyStreams(9));
    const full = await api.inject({ url: `${base}/${path}` });
    expect([full.statusCode, full.headers['retry-after']]).toEqual([429, '5']);
  });

  it('are not sent when they are not asked for', async () => {
    const response = await api.inject({ url: `${base}/logs?follow=FALSE` });
    expect(response.json()).toMatchObject({ message: 'Logs retrieved successfully.' });
  });

  it.each([
    ['follow=yes', 'The query parameter follow must be true or false.'],
    ['follow=', 'The query parameter follow must be true or false.'],
    ['follow=true&limit=1', 'follow=true sends a whole log as it comes: leave out the query parameter "limit".'],
  ])('are refused for %s', async (query, message) => {
    const response = await api.inject({ url: `${base}/logs?${query}` });
    expect([response.statusCode, response.json<{ message: string }>().message]).toEqual([400, message]);
  });

  it('have ids that are read back as they were sent, and nothing else is', () => {
    fc.assert(
      fc.property(fc.nat(999_999_999), fc.integer({ min: -1, max: 999_999_999 }), (attempt, seq) => {
        expect(positionOf(`${attempt}.${seq}`)).toEqual({ attempt, seq });
      }),
    );
    fc.assert(
      fc.property(fc.string(), (id) => {
        fc.pre(!/^\d+\.(-1|\d+)$/.test(id));
        expect(positionOf(id)).toBeUndefined();
        expect(statusOf(id)).toBeUndefined();
      }),
    );
    expect(statusOf('RUNNING.2')).toEqual({ status: 'RUNNING', attempt: 2 });
  });
});
