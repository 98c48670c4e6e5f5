import {
  type ActorContext,
  type ActorSystem,
  type Behavior,
  EventStream,
  OnDemandChildren,
  type Ref,
  type ReplyTo,
} from './index.js';

interface Get {
  type: 'get';
  replyTo: ReplyTo<number>;
}
interface Add {
  type: 'add';
  by: number;
}

interface Rename {
  readonly type: 'rename';
  readonly to: string;
  readonly force?: boolean;
  readonly replyTo: ReplyTo<{ readonly renamed: boolean }>;
}
type Find =
  { type: 'find'; id: number; replyTo: ReplyTo<string> } | { type: 'find'; name: string; replyTo: ReplyTo<string> };
type Counter = Add | Get | Rename | Find;

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

export function whatCanBeAsked(counter: Ref<Counter>, adds: Ref<Add>, either: 'get' | 'rename') {
  const count: Promise<number> = counter.ask({ type: 'get' });
  const renamed: Promise<{ renamed: boolean }> = counter.ask({ type: 'rename', to: 'x' }, { deadlineMs: 10 });
  const found: Promise<string>[] = [counter.ask({ type: 'find', id: 1 }), counter.ask({ type: 'find', name: 'x' })];
  const onlyGets: Ref<Get> = counter;
  const countAgain: Promise<number> = onlyGets.ask({ type: 'get' });
  const dynamic: Promise<number | { renamed: boolean }> = counter.ask({ type: either, to: 'x' });

  // @ts-expect-error -- the reply is a number
  const text: Promise<string> = counter.ask({ type: 'get' });
  // @ts-expect-error -- a new name is missing
  void counter.ask({ type: 'rename' });
  // @ts-expect-error -- a number is no name
  void counter.ask({ type: 'rename', to: 1 });
  // @ts-expect-error -- a request has no other fields than its own
  void counter.ask({ type: 'get', to: 'x' });
  // @ts-expect-error -- the framework makes the replyTo
  void counter.ask({ type: 'get', replyTo: { reply: () => {}, fail: () => {} } });
  // @ts-expect-error -- nothing to find
  void counter.ask({ type: 'find' });
  // @ts-expect-error -- an order is no question: it has no replyTo
  void counter.ask({ type: 'add', by: 1 });
  // @ts-expect-error -- no such request
  void counter.ask({ type: 'set', to: 1 });
  // @ts-expect-error -- this actor is asked nothing
  void adds.ask({ type: 'get' });
  // @ts-expect-error -- nor is just any actor
  void (adds as Ref<never>).ask({ type: 'get' });
  // @ts-expect-error -- a request that is told needs somebody to reply to
  counter.tell({ type: 'get' });
  return [count, renamed, found, countAgain, dynamic, text];
}

export function whatCanBeHandedOn(context: ActorContext<Counter>, adds: Ref<Add>, gets: Ref<Get>, request: Get) {
  context.forward(gets, request);
  context.forward(adds, { type: 'add', by: 1 });
  // @ts-expect-error -- its new owner would not understand it
  context.forward(adds, request);
  // @ts-expect-error -- and so for what is offered
  void adds.offer(request);
  void gets.offer(request);
  // @ts-expect-error -- different protocols, one way
  const addsFromGets: Ref<Add> = gets;
  // @ts-expect-error -- and the other
  const getsFromAdds: Ref<Get> = adds;

  const children = new OnDemandChildren<Counter, Add>(context, { factory: () => () => () => {} });
  const child: Ref<Add> = children.ref('a');
  children.tell('a', { type: 'add', by: 1 });
  // @ts-expect-error -- children on demand have a protocol, too
  children.tell('a', request);
  // @ts-expect-error -- and so have their refs
  const strange: Ref<Get> = children.ref('a');
  // @ts-expect-error -- a behavior for other messages is none for them
  new OnDemandChildren<Counter, Add>(context, { factory: () => () => (message: Get) => void message.replyTo });
  // @ts-expect-error -- the parent must understand that they are gone
  new OnDemandChildren<Counter, Add>(context, { factory: () => () => () => {}, whenEmpty: 'empty' });

  const stream = new EventStream<Add>();
  stream.subscribe(adds);
  stream.subscribe(context.self);
  // @ts-expect-error -- a subscriber must understand the events
  stream.subscribe(gets);
  return [addsFromGets, getsFromAdds, child, strange];
}

describe('The types of refs and behaviors', () => {
  it('are checked by the compiler', () => {
    for (const checked of [whatCompiles, whatCanBeAsked, whatCanBeHandedOn]) expect(checked).toBeInstanceOf(Function);
  });
});
