import type { ActorContext, ActorSystem, Behavior, Ref, ReplyTo } from './index.js';

interface Get {
  type: 'get';
  replyTo: ReplyTo<number>;
}
interface Add {
  type: 'add';
  by: number;
}

/** Checked by the compiler: an expectation that no longer holds fails `npm run typecheck`. Nothing here runs. */
export function whatCompiles(system: ActorSystem, context: ActorContext<Add>, adds: Ref<Add>, both: Ref<Add | Get>) {
  const counter: Ref<Add | Get> = system.spawn<Add | Get>('counter', () => () => {});
  counter.tell({ type: 'add', by: 1 });
  // @ts-expect-error -- no such message
  counter.tell({ type: 'subtract', by: 1 });
  // @ts-expect-error -- a string is no amount
  counter.tell({ type: 'add', by: '1' });

  const takesAdds: Ref<Add> = both;
  // @ts-expect-error -- whoever holds the wider ref could send what this actor does not understand
  const takesBoth: Ref<Add | Get> = adds;
  const anyActor: Ref<never> = adds;
  // @ts-expect-error -- a ref to just any actor takes no message
  anyActor.tell({ type: 'add', by: 1 });

  const count: Promise<number> = counter.ask<number>((replyTo) => ({ type: 'get', replyTo }));
  // @ts-expect-error -- the reply is a number
  void counter.ask<string>((replyTo) => ({ type: 'get', replyTo }));
  // @ts-expect-error -- this actor answers no such request
  void adds.ask<number>((replyTo) => ({ type: 'get', replyTo }));

  // @ts-expect-error -- a handler of fewer messages is no behavior for more
  const narrow: Behavior<Add | Get> = (message: Add) => void message.by;
  const wide: Behavior<Add> = (message: Add | Get) => void message.type;

  // @ts-expect-error -- an actor schedules only what it understands
  context.schedule(1, { type: 'get' });
  // @ts-expect-error -- and is told of deaths only so
  context.watch(both, 'gone');
  // @ts-expect-error -- and so is what it pipes to itself
  context.pipeToSelf(Promise.resolve(1), (outcome) => outcome);
  return [takesAdds, takesBoth, count, narrow, wide];
}

describe('The types of refs and behaviors', () => {
  it('are checked by the compiler', () => {
    expect(whatCompiles).toBeInstanceOf(Function);
  });
});
