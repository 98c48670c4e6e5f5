import { setImmediate } from 'node:timers/promises';
import {
  ActorFailed,
  ActorStopped,
  AskTimeout,
  MailboxFull,
  type ReplyTo,
  createProbe,
  createTestSystem,
  eventually,
} from './index.js';

interface Question {
  readonly text: string;
  readonly replyTo: ReplyTo<string>;
}
const ask = (text: string) => (replyTo: ReplyTo<string>) => ({ text, replyTo });

describe('An ask', () => {
  const { system, clock, deadLetters } = createTestSystem();
  afterAll(() => system.stop());
  let next = 0;
  const name = () => `target-${(next += 1)}`;

  it('resolves with the first reply only', async () => {
    const ref = system.spawn<Question>(name(), () => ({ replyTo, text }) => {
      replyTo.reply(text);
      replyTo.reply('again');
      replyTo.fail(new Error('late'));
    });
    expect(await ref.ask(ask('x'))).toBe('x');
  });

  it('rejects with what the actor refuses with', async () => {
    const refusal = new Error('not today');
    const ref = system.spawn<Question>(
      name(),
      () =>
        ({ replyTo }) =>
          replyTo.fail(refusal),
    );
    await expect(ref.ask(ask('x'))).rejects.toBe(refusal);
  });

  it('keeps many replies apart, in whatever order they come', async () => {
    const ref = system.spawn<Question>(name(), () => {
      const open: Question[] = [];
      return (question) => {
        open.push(question);
        if (open.length === 1_000) for (const { text, replyTo } of open.reverse()) replyTo.reply(text);
      };
    });
    const texts = Array.from({ length: 1_000 }, (_, n) => `q${n}`);
    expect(await Promise.all(texts.map((text) => ref.ask<string>(ask(text))))).toEqual(texts);
  });

  it('fails with AskTimeout at its deadline, 5,000 ms unless told otherwise', async () => {
    const ref = system.spawn<Question>(name(), () => () => {});
    const short = ref.ask(ask('x'), { deadlineMs: 10 });
    const usual = ref.ask(ask('x'));
    clock.advance(10);
    await expect(short).rejects.toThrow(new AskTimeout(ref.path, 10));
    clock.advance(4_990);
    await expect(usual).rejects.toThrow(AskTimeout);
  });

  it.each([NaN, -1, 2 ** 31, Infinity])('rejects the deadline %p', async (deadlineMs) => {
    const ref = system.spawn<Question>(name(), () => () => {});
    await expect(ref.ask(ask('x'), { deadlineMs })).rejects.toThrow(RangeError);
  });

  it("fails with the signal's reason as soon as it is aborted, or at once when it already is", async () => {
    const ref = system.spawn<Question>(name(), () => () => {});
    const controller = new AbortController();
    const pending = ref.ask(ask('x'), { signal: controller.signal });
    controller.abort('enough');
    await expect(pending).rejects.toBe('enough');
    await expect(ref.ask(ask('x'), { signal: controller.signal })).rejects.toBe('enough');
  });

  it('rejects when its message cannot be made', async () => {
    const ref = system.spawn<Question>(name(), () => () => {});
    const unmade = ref.ask(() => {
      throw new Error('no message');
    });
    await expect(unmade).rejects.toThrow('no message');
  });

  it('fails with ActorFailed and its cause when the handler of this very message throws', async () => {
    const cause = new Error('broken');
    const ref = system.spawn<Question>(name(), () => ({ text, replyTo }) => {
      if (text === 'bad') throw cause;
      replyTo.reply(text);
    });
    const bad = ref.ask(ask('bad'));
    const good = ref.ask(ask('good'));
    await expect(bad).rejects.toMatchObject({ name: 'ActorFailed', path: ref.path, cause });
    await expect(bad).rejects.toThrow(ActorFailed);
    await eventually(() => clock.nextInMs !== undefined && clock.nextInMs <= 100);
    clock.advance(100);
    expect(await good).toBe('good');
  });

  it('stays as answered when the handler throws after its reply', async () => {
    const ref = system.spawn<Question>(name(), () => ({ replyTo }) => {
      replyTo.reply('done');
      throw new Error('afterwards');
    });
    expect(await ref.ask(ask('x'))).toBe('done');
  });

  it('fails with ActorStopped, whether the target is dead, stops before its turn, or stops without a reply', async () => {
    const ref = system.spawn<Question>(name(), () => ({ text }, context) => {
      if (text === 'stop') context.stop();
    });
    const unanswered = ref.ask(ask('kept'));
    const stopping = ref.ask(ask('stop'));
    const waiting = ref.ask(ask('waiting'));
    await expect(waiting).rejects.toThrow(ActorStopped);
    await expect(unanswered).rejects.toThrow(ActorStopped);
    await expect(stopping).rejects.toThrow(ActorStopped);
    await expect(ref.ask(ask('dead'))).rejects.toThrow(new ActorStopped(ref.path));
    expect(deadLetters.filter(({ path }) => path === ref.path)).toMatchObject([
      { reason: 'stopped', message: { text: 'waiting' } },
      { reason: 'stopped', message: { text: 'dead' } },
    ]);
  });

  it('may still be answered while the target stops', async () => {
    const ref = system.spawn<Question>(name(), () => {
      let open: Question | undefined;
      return {
        receive: (question, context) => {
          open = question;
          context.stop();
        },
        postStop: () => open?.replyTo.reply('last words'),
      };
    });
    expect(await ref.ask(ask('x'))).toBe('last words');
  });

  it('fails with MailboxFull when the mailbox refuses it', async () => {
    const ref = system.spawn<Question>(
      name(),
      () =>
        ({ replyTo }) =>
          replyTo.reply('ok'),
      { mailboxCapacity: 1 },
    );
    const first = ref.ask(ask('first'));
    await expect(ref.ask(ask('second'))).rejects.toThrow(new MailboxFull(ref.path, 1));
    expect(await first).toBe('ok');
  });

  it('that has timed out is still delivered: it may be a command', async () => {
    const probe = createProbe<string>(system);
    const ref = system.spawn<Question>(name(), async () => {
      await setImmediate();
      return ({ text }) => probe.ref.tell(text);
    });
    const late = ref.ask(ask('command'), { deadlineMs: 0 });
    clock.advance(0);
    await expect(late).rejects.toThrow(AskTimeout);
    await probe.expectMessage((text) => text === 'command');
  });

  it('leaves no timer behind', async () => {
    const before = clock.pending;
    const ref = system.spawn<Question>(
      name(),
      () =>
        ({ replyTo }) =>
          replyTo.reply('ok'),
    );
    await Promise.all(Array.from({ length: 10 }, () => ref.ask(ask('x'))));
    expect(clock.pending).toBe(before);
  });
});
