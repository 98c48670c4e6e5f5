import type { ActorContext, BehaviorFactory, BehaviorObject } from '@abaco/actors';
import { type ActorDefinition, ActorsModule } from './index.js';

interface Send {
  type: 'send';
}
interface Add {
  type: 'add';
}
class Mail {}
class Mailer implements BehaviorObject<Send> {
  constructor(readonly mail: Mail) {}

  receive = (message: Send, context: ActorContext<Send>): void => void [message, context];
}

/** Checked by the compiler: an expectation that no longer holds fails `npm run typecheck`. Nothing here runs. */
export function whatCompiles(adds: BehaviorFactory<Add>, kept: ActorDefinition<Send>[]) {
  ActorsModule.forFeature(kept);
  ActorsModule.forFeature([
    { name: 'a', behavior: adds },
    { name: 'b', behavior: () => (message: Send) => void message.type },
    { name: 'c', behavior: (context: ActorContext<Add>) => (message: Add) => context.self.tell(message) },
    { name: 'd', inject: [Mail], useFactory: (mail: Mail) => () => (message: Send) => void [mail, message] },
    { name: 'e', useFactory: () => Promise.resolve(adds), options: { mailboxCapacity: 1 } },
    { name: 'f', useClass: Mailer },
  ]);
  // @ts-expect-error -- nothing to make a behavior with
  ActorsModule.forFeature([{ name: 'a' }]);
  // @ts-expect-error -- two ways at once
  ActorsModule.forFeature([{ name: 'a', behavior: adds, useClass: Mailer }]);
  // @ts-expect-error -- a number is no behavior
  ActorsModule.forFeature([{ name: 'a', behavior: () => 1 }]);
  // @ts-expect-error -- a handler where its factory is needed
  ActorsModule.forFeature([{ name: 'a', behavior: (message: Send) => void message.type }]);
  // @ts-expect-error -- the same with useFactory
  ActorsModule.forFeature([{ name: 'a', useFactory: (mail: Mail) => (message: Send) => void [mail, message] }]);
  // @ts-expect-error -- Mail has no receive
  ActorsModule.forFeature([{ name: 'a', useClass: Mail }]);
  const definition: ActorDefinition<Add> = {
    name: 'a',
    // @ts-expect-error -- Mailer handles other messages
    useClass: Mailer,
  };
  return definition;
}

describe('The types of definitions', () => {
  it('are checked by the compiler', () => {
    expect(whatCompiles).toBeInstanceOf(Function);
  });
});
