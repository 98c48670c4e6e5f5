import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jest } from '@jest/globals';
import { encode } from '../bson/codec.js';
import type { Doc } from '../bson/values.js';
import { CursorRegistry } from '../cursors.js';
import { Catalog } from '../storage/catalog.js';
import { Environment } from '../storage/environment.js';
import type { Server } from './command.js';
import { dispatch } from './dispatch.js';

describe('writes', () => {
  let directory: string;
  let server: Server;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-dispatch-'));
    const environment = new Environment(directory, 'disk', () => undefined);
    const catalog = new Catalog(() => environment);
    server = { environment, catalog, cursors: new CursorRegistry(), collectGarbage: () => undefined };
  });

  afterEach(async () => {
    await server.environment.close();
    await rm(directory, { recursive: true, force: true });
  });

  const commands: Doc[] = [
    { insert: 'things', documents: [{ _id: 1 }] },
    { update: 'things', updates: [{ q: { _id: 1 }, u: { $set: { a: 1 } } }] },
    { findAndModify: 'things', query: { _id: 1 }, update: { $set: { a: 2 } } },
  ];

  it.each([
    ['disk', undefined],
    ['disk', { w: 'majority' }],
    ['disk', { w: 1, j: true }],
    ['process', { w: 'majority', j: false }],
  ])('wait for the %s with the write concern %j', async (durability, writeConcern) => {
    const write = jest.spyOn(server.environment, 'write');
    for (const command of commands) {
      const body = Buffer.from(encode({ ...command, $db: 'test', ...(writeConcern && { writeConcern }) }));
      await dispatch({ body, sequences: new Map() } as never, 1, server);
      expect(write).toHaveBeenLastCalledWith(expect.any(Function), durability);
    }
  });
});
