import { stopNow } from '../test-support/stop-now.js';
import {
  type ActorContext,
  ActorFailed,
  ActorStopped,
  AskTimeout,
  type BehaviorFactory,
  MailboxFull,
  type Probe,
  type Ref,
  type ReplyTo,
  type SpawnOptions,
  type TestSystem,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

interface Question {
  readonly type: 'question';
  readonly text: string;
  readonly replyTo: ReplyTo<string>;
}
type Forward = (message: Question, context: ActorContext<Question>) => void;

let test: TestSystem;
let probe: Probe<Question>;
beforeEach(() => {
  test = createTestSystem();
  probe = createProbe(test.system);
});
afterEach(() => stopNow(test));

const spawn = (name: string, factory: BehaviorFactory<Question>, options?: SpawnOptions) =>
  test.system.spawn(name, factory, options);
const forwarder = (forward: Forward, options?: SpawnOptions) => spawn('forwarder', () => forward, options);
const forwarderTo = (target: Ref<Question>) => forwarder((message, context) => context.forward(target, message));
const answers: BehaviorFactory<Question> =
  () =>
  ({ text, replyTo }) =>
    replyTo.reply(`${text}!`);
const keeps: BehaviorFactory<Question> = () => () => {};
const question = (text: string) => ({ type: 'question', text }) as const;
const told = (text: string): Question => ({ ...question(text), replyTo: undefined as never });
const actor = (name: string) => test.system.snapshot().find(({ path }) => path === `/system/${name}`);
const tookAll = (name: string) => eventually(() => actor(name)?.status === 'running' && actor(name)?.waiting === 0);

describe('A forwarded request', () => {
  it('is answered by its new owner, as it is or as another message', async () => {
    const target = spawn('target', answers);
    const ref = forwarder((message, context) => {
      context.forward(target, message.text === 'changed' ? { ...message, text: 'another' } : message);
    });
    expect(await ref.ask(question('same'))).toBe('same!');
    expect(await ref.ask(question('changed'))).toBe('another!');
  });

  it('goes along a chain of any length', async () => {
    let last = spawn('end', answers);
    for (let link = 0; link < 50; link += 1) {
      const target = last;
      last = spawn(`${link}`, () => (message, context) => context.forward(target, message));
    }
    expect(await last.ask(question('far'))).toBe('far!');
  });

  it('survives the forwarder, which owes nothing any more', async () => {
    const ref = forwarder((message, context) => {
      context.forward(probe.ref, message);
      context.stop();
    });
    const asked = ref.ask(question('x'));
    await probe.expectStopped(ref);
    (await probe.expectMessage()).replyTo.reply('late');
    expect(await asked).toBe('late');
  });

  it('fails at once when its new owner throws, or stops without a reply', async () => {
    const cause = new Error('broken');
    const throwing = spawn('throwing', () => () => {
      throw cause;
    });
    const stopping = spawn('stopping', () => (_message, context) => context.stop());
    const ref = forwarder((message, context) => context.forward(message.text === 't' ? throwing : stopping, message));
    await expect(ref.ask(question('t'))).rejects.toEqual(new ActorFailed(throwing.path, cause));
    await expect(ref.ask(question('s'))).rejects.toThrow(new ActorStopped(stopping.path));
  });

  it('fails at once when its new owner is dead, is stopping, or has no room', async () => {
    const held: string[] = [];
    const hold = ({ text }: Question) => {
      held.push(text);
      return new Promise<void>(() => {});
    };
    const dead = spawn('dead', () => (_message, context) => context.stop());
    const stopping = spawn('stopping', () => (message, context) => {
      context.stop();
      return hold(message);
    });
    const full = spawn('full', () => hold, { mailboxCapacity: 1 });
    dead.tell(told('stop'));
    stopping.tell(told('stop'));
    full.tell(told('first'));
    await probe.expectStopped(dead);
    await eventually(() => held.length === 2);
    full.tell(told('waits'));
    const targets = { dead, stopping, full };
    const ref = forwarder((message, context) => context.forward(targets[message.text as 'dead'], message));
    await expect(ref.ask(question('dead'))).rejects.toThrow(new ActorStopped(dead.path));
    await expect(ref.ask(question('stopping'))).rejects.toThrow(new ActorStopped(stopping.path));
    await expect(ref.ask(question('full'))).rejects.toThrow(new MailboxFull(full.path, 1));
    expect(test.deadLetters.map(({ path, reason }) => [path, reason])).toEqual([
      [dead.path, 'stopped'],
      [stopping.path, 'stopped'],
      [full.path, 'mailbox-full'],
    ]);
  });

  it('keeps its deadline', async () => {
    const ref = forwarderTo(spawn('target', keeps));
    const asked = ref.ask(question('x'), { deadlineMs: 10 });
    await tookAll('forwarder');
    test.clock.advance(10);
    await expect(asked).rejects.toThrow(new AskTimeout(ref.path, 10));
  });

  it('is not failed by a forwarder that throws afterwards: it is handled elsewhere', async () => {
    const ref = forwarder(
      (message, context) => {
        context.forward(probe.ref, message);
        throw new Error('afterwards');
      },
      { supervision: { decide: () => 'stop' } },
    );
    const asked = ref.ask(question('x'));
    await probe.expectStopped(ref);
    (await probe.expectMessage()).replyTo.reply('done');
    expect(await asked).toBe('done');
    expect(test.deadLetters).toEqual([]);
  });

  it('is owed by the first of two targets; the second gets the message only', async () => {
    const second = spawn('second', () => (_message, context) => context.stop());
    const ref = forwarder((message, context) => {
      context.forward(probe.ref, message);
      context.forward(second, message);
    });
    const asked = ref.ask(question('x'));
    await probe.expectStopped(second);
    (await probe.expectMessage()).replyTo.reply('from the first');
    expect(await asked).toBe('from the first');
  });

  it('may come back to the forwarder itself', async () => {
    const ref = forwarder((message, context) => {
      if (message.text === 'again') message.replyTo.reply('second time');
      else context.forward(context.self, { ...message, text: 'again' });
    });
    expect(await ref.ask(question('x'))).toBe('second time');
  });

  it('may have been put aside before', async () => {
    let stashes = 0;
    const ref = forwarder((message, context) => {
      if (stashes++ === 0) {
        context.stash();
        context.unstashAll();
      } else context.forward(probe.ref, message);
    });
    const asked = ref.ask(question('x'));
    (await probe.expectMessage()).replyTo.reply('at last');
    expect(await asked).toBe('at last');
  });
});

describe('Forwarding', () => {
  it('of a message that nobody asked is sending it', async () => {
    const ref = forwarderTo(probe.ref);
    ref.tell(told('plain'));
    expect(await probe.expectMessage()).toEqual(told('plain'));
  });

  it('passes on what a timer delivered, which owes nothing to anybody', async () => {
    spawn('timed', (context) => {
      context.schedule(10, told('timer'));
      return (due) => context.forward(probe.ref, due);
    });
    await tookAll('timed');
    test.clock.advance(10);
    expect((await probe.expectMessage()).text).toBe('timer');
  });

  it('takes only refs of actors', async () => {
    const stranger = { path: '/x', tell: () => {} } as unknown as Ref<Question>;
    const ref = forwarderTo(stranger);
    await expect(ref.ask(question('x'))).rejects.toMatchObject({
      cause: new TypeError('Not a ref of an actor system'),
    });
  });
});
