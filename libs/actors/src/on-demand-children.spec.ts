import { type Job, OnDemandBed, note } from '../test-support/on-demand-bed.js';
import {
  ActorStopped,
  AskTimeout,
  type BehaviorFactory,
  InvalidName,
  MailboxFull,
  NameTaken,
  eventually,
} from './index.js';

let bed: OnDemandBed;
const start = async (...options: ConstructorParameters<typeof OnDemandBed>) =>
  (bed = await new OnDemandBed(...options).started());
afterEach(() => bed.end());

const who = { type: 'who' } as const;
const a = '/system/parent/a';

describe('A child on demand', () => {
  it('is started by its first message, and is then the same for all', async () => {
    const { children } = await start();
    expect(children.size).toBe(0);
    children.tell('a', note('first'));
    bed.ref('a').tell(note('second'));
    expect(await bed.ref('a').ask(who)).toBe('a1');
    expect(await bed.ref('b').ask(who)).toBe('b2');
    expect(bed.log).toEqual(['a1 first', 'a1 second']);
    expect(children.size).toBe(2);
  });

  it('that has passivated itself is started again by the next message', async () => {
    const { children } = await start();
    const ref = bed.ref('a');
    ref.tell({ type: 'passivate' });
    await bed.has('a1 postStop');
    await eventually(() => children.size === 0);
    expect(await ref.ask(who)).toBe('a2');
    expect(bed.log).toEqual(['a1 passivates: true', 'a1 postStop']);
  });

  it('that stops by itself loses what waits for it, as any actor does, and nothing that comes later', async () => {
    await start();
    const ref = bed.ref('a');
    ref.tell({ type: 'stop' });
    ref.tell(note('lost'));
    await bed.has('a1 postStop');
    ref.tell(note('heard'));
    await bed.has('a2 heard');
    expect(bed.letters).toEqual([[a, note('lost'), 'stopped']]);
  });

  it('whose stop takes long hands everything that comes meanwhile to the next one, in order', async () => {
    await start();
    const ref = await bed.stopping('a');
    const texts = Array.from({ length: 50 }, (_, n) => `note ${n}`);
    for (const text of texts) ref.tell(note(text));
    bed.release();
    await bed.has('a2 note 49');
    expect(bed.log).toEqual(['a1 passivates: true', 'a1 postStop', ...texts.map((text) => `a2 ${text}`)]);
    expect(bed.test.deadLetters).toEqual([]);
  });

  it('owes no reply for a request that came while its predecessor stopped until it has it', async () => {
    await start();
    const ref = await bed.stopping('a');
    const asks = [ref.ask(who), ref.ask(who)];
    bed.release();
    expect(await Promise.all(asks)).toEqual(['a2', 'a2']);
  });

  it('fails what it owes itself when it passivates, and not what came later', async () => {
    await start();
    bed.slowStop = true;
    const ref = bed.ref('a');
    const kept = ref.ask({ type: 'keep' });
    await bed.has('a1 keeps');
    await bed.stopping('a');
    const later = ref.ask(who);
    bed.release();
    await expect(kept).rejects.toThrow(new ActorStopped(a));
    expect(await later).toBe('a2');
  });

  it('does not prolong the deadline of a request that waits for it', async () => {
    await start();
    const ref = await bed.stopping('a');
    const controller = new AbortController();
    const late = ref.ask(who, { deadlineMs: 10 });
    const aborted = ref.ask(who, { signal: controller.signal });
    bed.test.clock.advance(10);
    controller.abort('enough');
    await expect(late).rejects.toThrow(new AskTimeout(a, 10));
    await expect(aborted).rejects.toBe('enough');
  });

  it('gets no more than its mailbox may hold from the time before it started', async () => {
    await start({ spawnOptions: { mailboxCapacity: 2 } });
    const ref = await bed.stopping('a');
    for (const text of ['1', '2', '3']) ref.tell(note(text));
    await expect(ref.ask(who)).rejects.toThrow(new MailboxFull(a, 2));
    bed.release();
    await bed.has('a2 1', 'a2 2');
    expect(bed.letters[0]).toEqual([a, note('3'), 'mailbox-full']);
  });

  it('gets the newest of what came before it started when its mailbox drops the oldest', async () => {
    await start({ spawnOptions: { mailboxCapacity: 2, overflow: 'drop-oldest' } });
    const ref = await bed.stopping('a');
    for (const text of ['1', '2', '3']) ref.tell(note(text));
    bed.release();
    await bed.has('a2 2', 'a2 3');
    expect(bed.letters).toEqual([[a, note('1'), 'dropped']]);
  });

  it('that does not stop within its deadline is replaced at that deadline', async () => {
    await start({ spawnOptions: { stopDeadlineMs: 100 } });
    const ref = await bed.stopping('a');
    const asked = ref.ask(who);
    bed.test.clock.advance(100);
    expect(await asked).toBe('a2');
  });

  it('cannot be watched or stopped: there is nothing lasting behind its ref', async () => {
    await start();
    const errors: unknown[] = [];
    bed.parent.tell((context, children) => {
      for (const attempt of [() => context.watch(children.ref('a'), 'empty'), () => context.stop(children.ref('a'))]) {
        try {
          attempt();
        } catch (error) {
          errors.push(error);
        }
      }
    });
    const refused = new TypeError(`${a} comes and goes on demand: it cannot be watched, stopped or subscribed`);
    await eventually(() => errors.length === 2);
    expect(errors).toEqual([refused, refused]);
  });
});

describe('What a child on demand cannot get', () => {
  it.each(['', 'x/y'])('because "%s" is no name becomes a dead letter, and fails the ask', async (name) => {
    await start();
    await expect(bed.ref(name).ask(who)).rejects.toThrow(new InvalidName(name));
    bed.children.tell(name, note('lost'));
    expect(bed.letters.at(-1)).toEqual([`/system/parent/${name}`, note('lost'), 'stopped']);
  });

  it('because another child has its name becomes a dead letter, and fails the ask', async () => {
    await start();
    bed.parent.tell((context) => context.spawn('a', () => () => {}));
    await eventually(() => bed.test.system.snapshot().length === 2);
    await expect(bed.ref('a').ask(who)).rejects.toThrow(new NameTaken(a));
  });

  it('because its behavior cannot be made by name becomes a dead letter, and fails the ask', async () => {
    const unknown = new Error('unknown name');
    const factory = (): BehaviorFactory<Job> => {
      throw unknown;
    };
    await start({ factory });
    await expect(bed.ref('a').ask(who)).rejects.toBe(unknown);
    bed.ref('a').tell(note('lost'));
    expect(bed.letters.at(-1)).toEqual([a, note('lost'), 'stopped']);
    expect([bed.children.size, bed.test.failures]).toEqual([0, []]);
  });

  it.each(['stops', 'restarts'])('because its parent %s becomes a dead letter, and fails the ask', async (how) => {
    await start();
    const ref = await bed.stopping('a');
    ref.tell(note('lost'));
    const asked = ref.ask(who);
    bed.parent.tell((context) => {
      if (how === 'restarts') throw new Error('restart');
      context.stop();
    });
    const { children } = bed;
    await eventually(() => ['stopping', 'restarting'].includes(bed.test.system.snapshot()[0]!.status));
    bed.release();
    await expect(asked).rejects.toThrow(new ActorStopped('/system/parent'));
    expect(bed.letters).toContainEqual([a, note('lost'), 'stopped']);
    if (how === 'stops') return;
    await eventually(() => bed.children !== children);
    await expect(ref.ask(who)).rejects.toThrow(ActorStopped);
    expect(await bed.ref('a').ask(who)).toBe('a2');
  });
});
