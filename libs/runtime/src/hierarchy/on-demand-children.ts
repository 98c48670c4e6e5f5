import type { ActorContext, BehaviorFactory, Ref, SpawnOptions } from '@abaco/actors';

/**
 * Children that exist only while they have something to do. A child is started by its first message. It ends by the
 * three-step passivation: the child asks (`requestPassivation`), the parent holds back what comes for it from then on and
 * says go ahead, and the child, after all it had received before, stops or withdraws. Held-back messages go to whichever child
 * is there in the end, so none is lost.
 */
export class OnDemandChildren<Parent, Child> {
  private readonly refs = new Map<string, Ref<Child>>();
  private readonly heldBack = new Map<string, Child[]>();

  constructor(
    private readonly options: {
      readonly factory: (name: string) => BehaviorFactory<Child>;
      readonly spawnOptions: SpawnOptions;
      /** Message to the parent that says that the child of this name has stopped. */
      readonly stopped: (name: string) => Parent;
      /** Message to the child that says: stop, if you still have nothing to do. */
      readonly passivate: Child;
    },
  ) {}

  get size(): number {
    return this.refs.size;
  }

  tell(name: string, message: Child, context: ActorContext<Parent>): void {
    const waiting = this.heldBack.get(name);
    if (waiting) waiting.push(message);
    else this.activate(name, context).tell(message);
  }

  /** Sends to all living children. */
  broadcast(message: Child): void {
    for (const ref of this.refs.values()) ref.tell(message);
  }

  /** The child has nothing to do. */
  requestPassivation(name: string): void {
    const ref = this.refs.get(name);
    if (!ref || this.heldBack.has(name)) return;
    this.heldBack.set(name, []);
    ref.tell(this.options.passivate);
  }

  /** The child has got something to do in the meantime. */
  withdrawPassivation(name: string): void {
    const waiting = this.heldBack.get(name) ?? [];
    this.heldBack.delete(name);
    for (const message of waiting) this.refs.get(name)?.tell(message);
  }

  /** To be called with the message made by `stopped`. */
  onStopped(name: string, context: ActorContext<Parent>): void {
    this.refs.delete(name);
    const waiting = this.heldBack.get(name) ?? [];
    this.heldBack.delete(name);
    for (const message of waiting) this.tell(name, message, context);
  }

  private activate(name: string, context: ActorContext<Parent>): Ref<Child> {
    const living = this.refs.get(name);
    if (living) return living;
    const ref = context.spawn(name, this.options.factory(name), this.options.spawnOptions);
    this.refs.set(name, ref);
    context.watch(ref, this.options.stopped(name));
    return ref;
  }
}
