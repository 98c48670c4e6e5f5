import { ActorSystem, type ReplyTo } from './index.js';

type Count = { type: 'add'; by: number } | { type: 'get'; replyTo: ReplyTo<number> };

describe('An actor system', () => {
  it('answers', async () => {
    const system = new ActorSystem();
    const counter = system.spawn<Count>('counter', () => {
      let total = 0;
      return (message) => {
        if (message.type === 'add') total += message.by;
        else message.replyTo.reply(total);
      };
    });
    for (let i = 0; i < 1000; i += 1) counter.tell({ type: 'add', by: 2 });
    expect(await counter.ask<number>((replyTo) => ({ type: 'get', replyTo }))).toBe(2000);
    await system.stop();
  });
});
