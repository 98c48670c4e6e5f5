import { EventEmitter } from 'node:events';
import { jest } from '@jest/globals';
import type { mongo } from 'mongoose';
import { StuckConnections } from './stuck-connections.js';

class FakeSocket extends EventEmitter {
  drained = 0;
  constructor(readonly destroyed: boolean) {
    super();
    this.on('drain', () => (this.drained += 1));
  }
}

describe('StuckConnections', () => {
  const dead = new FakeSocket(true);
  const alive = new FakeSocket(false);
  const pooled = new FakeSocket(true);
  const server = {
    monitor: { connection: { socket: dead } },
    pool: { checkedOut: [{ socket: pooled }, { socket: alive }] },
  };
  let client: EventEmitter & { topology?: unknown };

  beforeEach(() => {
    jest.useFakeTimers();
    for (const socket of [dead, alive, pooled]) socket.drained = 0;
    client = new EventEmitter();
    client.topology = { s: { servers: new Map([['a', server]]) } };
    new StuckConnections(client as unknown as mongo.MongoClient);
  });
  afterEach(() => jest.useRealTimers());

  it('frees what waits for a destroyed socket, while the server is being checked for long', () => {
    client.emit('serverHeartbeatStarted');
    jest.advanceTimersByTime(5_000);
    expect([dead.drained, pooled.drained, alive.drained]).toEqual([2, 2, 0]);
  });

  it.each(['serverHeartbeatSucceeded', 'serverHeartbeatFailed', 'topologyClosed'])('does nothing after %s', (end) => {
    client.emit('serverHeartbeatStarted');
    client.emit(end);
    jest.advanceTimersByTime(60_000);
    expect([dead.drained, pooled.drained]).toEqual([0, 0]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('does not mind a driver that looks different inside', () => {
    for (const topology of [undefined, {}, { s: {} }, { s: { servers: new Map([['a', {}]]) } }]) {
      client.topology = topology;
      client.emit('serverHeartbeatStarted');
      expect(() => jest.advanceTimersByTime(3_000)).not.toThrow();
    }
  });
});
