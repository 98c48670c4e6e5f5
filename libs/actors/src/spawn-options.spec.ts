import { type ActorContext, type Ref, type SpawnOptions, createTestSystem, eventually } from './index.js';

describe('Spawn options', () => {
  const { system } = createTestSystem();
  afterAll(() => system.stop());
  let names = 0;
  const spawn = (options: unknown) => system.spawn<never>(`${(names += 1)}`, () => () => {}, options as SpawnOptions);
  const supervision = (strategy: object) => ({ supervision: strategy });
  const backoff = (given: object) => supervision({ backoff: given });

  it.each<[object, string]>([
    [{ mailboxCapacity: 0 }, 'mailboxCapacity must be a number from 1, not 0'],
    [{ mailboxCapacity: NaN }, 'mailboxCapacity must be a number from 1, not NaN'],
    [{ mailboxCapacity: '10' }, 'mailboxCapacity must be a number from 1, not 10'],
    [{ mailboxCapacity: null }, 'mailboxCapacity must be a number from 1, not null'],
    [{ stashCapacity: -1 }, 'stashCapacity must be a number from 0, not -1'],
    [{ stopDeadlineMs: -1 }, 'stopDeadlineMs must be a number from 0, not -1'],
    [{ stopDeadlineMs: NaN }, 'stopDeadlineMs must be a number from 0, not NaN'],
    [{ overflow: 'drop-newest' }, 'overflow must be "reject" or "drop-oldest", not "drop-newest"'],
    [supervision({ scope: 'all' }), 'supervision.scope must be "one-for-one" or "all-for-one", not "all"'],
    [supervision({ maxRestarts: NaN }), 'supervision.maxRestarts must be a number from 0, not NaN'],
    [supervision({ withinMs: -1 }), 'supervision.withinMs must be a number from 0, not -1'],
    [supervision({ onExhausted: 'resume' }), 'supervision.onExhausted must be "stop" or "escalate", not "resume"'],
    [backoff({ minMs: NaN }), 'supervision.backoff.minMs must be a number from 0, not NaN'],
    [backoff({ maxMs: -1 }), 'supervision.backoff.maxMs must be a number from 0, not -1'],
    [backoff({ jitter: 1.1 }), 'supervision.backoff.jitter must be a number from 0 to 1, not 1.1'],
    [backoff({ resetAfterMs: '1' }), 'supervision.backoff.resetAfterMs must be a number from 0, not 1'],
  ])('%j is refused', (options, message) => {
    expect(() => spawn(options)).toThrow(new RangeError(message));
  });

  it.each([
    {},
    { mailboxCapacity: undefined, overflow: undefined, stashCapacity: undefined, supervision: undefined },
    { mailboxCapacity: 1, stashCapacity: 0, stopDeadlineMs: 0 },
    { mailboxCapacity: Infinity, stashCapacity: Infinity, stopDeadlineMs: Infinity },
    { overflow: 'reject' },
    supervision({ scope: 'one-for-one', maxRestarts: Infinity, onExhausted: 'escalate' }),
    backoff({ minMs: 0, maxMs: Infinity, jitter: 0, resetAfterMs: Infinity }),
  ])('%j is taken', (options) => {
    expect(spawn(options).path).toBe(`/system/${names}`);
  });

  it('that are refused leave the name free', () => {
    expect(() => system.spawn('free', () => () => {}, { mailboxCapacity: 0 })).toThrow(RangeError);
    expect(system.spawn('free', () => () => {}).path).toBe('/system/free');
  });

  it('are checked for children, too', async () => {
    const errors: unknown[] = [];
    const parent: Ref<'spawn'> = system.spawn('parent', (context: ActorContext<'spawn'>) => () => {
      try {
        context.spawn('child', () => () => {}, { stashCapacity: -1 });
      } catch (error) {
        errors.push(error);
      }
    });
    parent.tell('spawn');
    await eventually(() => errors.length === 1);
    expect(errors).toEqual([new RangeError('stashCapacity must be a number from 0, not -1')]);
  });
});
