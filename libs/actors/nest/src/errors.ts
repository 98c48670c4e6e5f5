/** Two actors of one system have the same name. Thrown by `forFeature`, or while the application starts. */
export class DuplicateActor extends Error {
  override readonly name = 'DuplicateActor';
  constructor(readonly actor: string) {
    super(
      `There are two actors named "${actor}". Rename one, or, if they are meant to be the same: register it with one ` +
        'ActorsModule.forFeature(), and let the module that does so export ActorsModule to those that inject it. ' +
        '(A request-scoped dependency of useFactory has this effect, too: an actor cannot have any.)',
    );
  }
}

/** `ActorsModule.forFeature` without a `forRoot` that it can see. Thrown while the application starts. */
export class ActorsRootMissing extends Error {
  override readonly name = 'ActorsRootMissing';
  constructor(readonly actor: string) {
    super(
      `ActorsModule.forFeature() registers the actor "${actor}", but there is no actor system: import ` +
        'ActorsModule.forRoot() in the root module. (If it is there with `global: false`, put what it returned into the ' +
        `imports of "${actor}".)`,
    );
  }
}

/** `ActorsModule.forRoot` twice in one application. Thrown while the application starts. */
export class ActorsRootDuplicated extends Error {
  override readonly name = 'ActorsRootDuplicated';
  constructor() {
    super(
      'ActorsModule.forRoot() is imported more than once, and so there would be two actor systems: import it in the root ' +
        'module only. It is global; modules that have actors of their own import ActorsModule.forFeature().',
    );
  }
}

/** A definition gives something else than a function that makes behaviors. Thrown while the application starts. */
export class NoBehaviorFactory extends Error {
  override readonly name = 'NoBehaviorFactory';
  constructor(
    readonly actor: string,
    /** What the definition has: `behavior`, `useClass`, or `useFactory` for what that returned. */
    readonly field: string,
    given: unknown,
  ) {
    super(
      `The actor "${actor}" needs something that makes a new behavior at each start, but ${field} gave ${nameOf(given)}. ` +
        `Write behavior: () => (message) => { ... }, useFactory: (dependency) => () => (message) => { ... } or useClass: AClass.`,
    );
  }
}

/** What a factory made is no behavior. The start of the actor fails with it, so supervision decides and the observer hears of it. */
export class NotABehavior extends Error {
  override readonly name = 'NotABehavior';
  constructor(
    readonly actor: string,
    given: unknown,
  ) {
    super(
      `What the factory of the actor "${actor}" made is no behavior but ${nameOf(given)}. A behavior is a function that takes ` +
        'a message, or an object with a method receive. With useFactory there are two functions around it: ' +
        'useFactory: (dependency) => () => (message) => { ... }.',
    );
  }
}

function nameOf(given: unknown): string {
  if (given === null || given === undefined) return String(given);
  return typeof given === 'object' ? `an object (${given.constructor?.name ?? 'no class'})` : `a ${typeof given}`;
}
