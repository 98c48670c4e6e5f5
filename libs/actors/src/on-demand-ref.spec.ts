import { getEventListeners } from 'node:events';
import { OnDemandBed, note } from '../test-support/on-demand-bed.js';
import { type ActorContext, ActorStopped, InvalidName, type Ref, type ReplyTo, eventually } from './index.js';

let bed: OnDemandBed;
const start = async (...options: ConstructorParameters<typeof OnDemandBed>) =>
  (bed = await new OnDemandBed(...options).started());
afterEach(() => bed.end());

const who = { type: 'who' } as const;
const a = '/system/parent/a';

describe('An offer to a child on demand', () => {
  it('starts the child', async () => {
    await start();
    await bed.ref('a').offer(note('offered'));
    await bed.has('a1 offered');
  });

  it('waits for room in the mailbox of the child', async () => {
    await start({ spawnOptions: { mailboxCapacity: 1 } });
    const ref = bed.ref('a');
    await ref.offer({ type: 'hold' });
    await bed.heldUp();
    await ref.offer(note('fits'));
    const offered = ref.offer(note('waits'));
    bed.release();
    await offered;
    await bed.has('a1 fits', 'a1 waits');
    expect(bed.letters).toEqual([]);
  });

  it('takes its turn among the messages that come while a child stops', async () => {
    await start();
    const ref = await bed.stopping('a');
    ref.tell(note('1'));
    const offered = ref.offer(note('2'));
    ref.tell(note('3'));
    await offered;
    bed.release();
    await bed.has('a2 3');
    expect(bed.log.slice(-3)).toEqual(['a2 1', 'a2 2', 'a2 3']);
  });

  it('waits for the next child while this one stops and as much waits as may', async () => {
    await start({ spawnOptions: { mailboxCapacity: 1 } });
    const ref = await bed.stopping('a');
    ref.tell(note('1'));
    const offers = [ref.offer(note('2')), ref.offer(note('3'))];
    bed.release();
    await Promise.all(offers);
    await bed.has('a2 3');
    expect(bed.log.slice(-3)).toEqual(['a2 1', 'a2 2', 'a2 3']);
    expect(bed.letters).toEqual([]);
  });

  it('fails at once when it is aborted while a child stops, and leaves no listener', async () => {
    await start({ spawnOptions: { mailboxCapacity: 1 } });
    const ref = await bed.stopping('a');
    ref.tell(note('1'));
    const controller = new AbortController();
    const offered = ref.offer(note('2'), { signal: controller.signal });
    const other = new AbortController();
    const taken = ref.offer(note('3'), { signal: other.signal });
    controller.abort('enough');
    await expect(offered).rejects.toBe('enough');
    await expect(ref.offer(note('4'), { signal: controller.signal })).rejects.toBe('enough');
    bed.release();
    await taken;
    await bed.has('a2 3');
    expect(bed.log.slice(-2)).toEqual(['a2 1', 'a2 3']);
    expect(getEventListeners(other.signal, 'abort')).toEqual([]);
  });

  it('fails and is reported when no child can be started', async () => {
    await start();
    await expect(bed.ref('x/y').offer(note('lost'))).rejects.toThrow(InvalidName);
    expect(bed.letters).toEqual([['/system/parent/x/y', note('lost'), 'stopped']]);
  });

  it('fails and is reported when the parent stops first', async () => {
    await start({ spawnOptions: { mailboxCapacity: 1 } });
    const ref = await bed.stopping('a');
    ref.tell(note('held'));
    const offered = ref.offer(note('offered'));
    bed.parent.tell((context) => context.stop());
    await eventually(() => bed.test.system.snapshot()[0]?.status === 'stopping');
    bed.release();
    await expect(offered).rejects.toThrow(ActorStopped);
    expect(bed.letters).toEqual([
      [a, note('held'), 'stopped'],
      [a, note('offered'), 'stopped'],
    ]);
  });
});

describe('A request forwarded to a child on demand', () => {
  type Request = { readonly type: 'who'; readonly replyTo: ReplyTo<string> };
  const forwarder = (forward: (message: Request, context: ActorContext<Request>) => void): Ref<Request> =>
    bed.test.system.spawn('forwarder', () => forward);

  it('is answered by the child', async () => {
    await start();
    const ref = forwarder((message, context) => context.forward(bed.ref('a'), message));
    expect(await ref.ask(who)).toBe('a1');
  });

  it('that comes while a child stops is owed by the next one, and by nobody else', async () => {
    await start();
    await bed.stopping('a');
    const ref = forwarder((message, context) => {
      context.forward(bed.ref('a'), message);
      context.stop();
    });
    const asked = ref.ask(who);
    await eventually(() => bed.test.system.snapshot().every(({ path }) => path !== ref.path));
    bed.release();
    expect(await asked).toBe('a2');
  });

  it('fails at once when there can be no such child', async () => {
    await start();
    const ref = forwarder((message, context) => context.forward(bed.ref('x/y'), message));
    await expect(ref.ask(who)).rejects.toThrow(new InvalidName('x/y'));
  });

  it('may come from the parent, which hands on what it was asked', async () => {
    await start();
    let asked: ReplyTo<string> | undefined;
    const reply = bed.parent.ask<string>((replyTo) => (_context, children) => {
      asked = replyTo;
      children.forward('a', { type: 'keep', replyTo });
    });
    await bed.has('a1 keeps');
    bed.ref('a').tell({ type: 'stop' });
    await expect(reply).rejects.toThrow(new ActorStopped(a));
    expect(asked).toBeDefined();
  });
});
