import type { Ref } from '@abaco/actors';
import { Injectable, Module, Scope } from '@nestjs/common';
import { Counter, get, Journal, JournalModule, type Message, restarting, startWith } from '../test-support/counter.js';
import { type InjectableBehavior, getActorToken } from './index.js';

describe('An actor made by useClass', () => {
  it('is at each start a new instance with the same dependencies, and has all its hooks called', async () => {
    const app = await startWith({ name: 'counter', options: restarting, imports: [JournalModule], useClass: Counter });
    const ref = app.get<Ref<Message>>(getActorToken('counter'));
    ref.tell({ type: 'break' });
    await get(ref);
    await app.close();
    expect(app.get(Journal).entries).toEqual([
      'made',
      'preStart counter',
      'preRestart broken',
      'made',
      'preStart counter',
      'postStop',
    ]);
  });

  it('gets request-scoped dependencies anew at each start', async () => {
    let made = 0;
    @Injectable({ scope: Scope.REQUEST })
    class Session {
      readonly id = (made += 1);
    }
    @Module({ providers: [Session], exports: [Session] })
    class SessionModule {}
    @Injectable()
    class Talker implements InjectableBehavior<Message> {
      constructor(private readonly session: Session) {}

      receive = (message: Message): void => {
        if (message.type === 'get') message.replyTo.reply(this.session.id);
        else throw new Error('broken');
      };
    }
    const app = await startWith({ name: 'talker', options: restarting, imports: [SessionModule], useClass: Talker });
    const ref = app.get<Ref<Message>>(getActorToken('talker'));
    expect(await get(ref)).toBe(1);
    ref.tell({ type: 'break' });
    expect(await get(ref)).toBe(2);
    await app.close();
  });

  it('is tried again when preStart fails, like any start', async () => {
    let attempts = 0;
    class Connecting implements InjectableBehavior<Message> {
      async preStart(): Promise<void> {
        await Promise.resolve();
        attempts += 1;
        if (attempts < 3) throw new Error('no connection yet');
      }

      receive = (message: Message): void => {
        if (message.type === 'get') message.replyTo.reply(attempts);
      };
    }
    const app = await startWith({ name: 'connecting', options: restarting, useClass: Connecting });
    expect(await get(app.get(getActorToken('connecting')))).toBe(3);
    await app.close();
  });
});
