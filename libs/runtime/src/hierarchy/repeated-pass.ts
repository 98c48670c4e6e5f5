import type { ActorContext, BehaviorObject } from '@abaco/actors';

export type PassMessage = { readonly type: 'pass' } | { readonly type: 'passed'; readonly error?: Error };

/** An actor that does the same again and again, one pass at a time. What a failed pass has left undone is done by the next. */
export abstract class RepeatedPass implements BehaviorObject<PassMessage> {
  private underWay = false;

  /** @param everyMs how often a pass begins, milliseconds; the first after that time */
  constructor(
    private readonly context: Pick<ActorContext<PassMessage>, 'pipeToSelf' | 'scheduleEvery'>,
    everyMs: number,
  ) {
    context.scheduleEvery(everyMs, { type: 'pass' });
  }

  receive = (message: PassMessage): void => {
    switch (message.type) {
      case 'pass':
        if (this.underWay) return;
        this.underWay = true;
        this.context.pipeToSelf(this.pass(), (outcome) =>
          outcome.ok ? { type: 'passed' } : { type: 'passed', error: outcome.error },
        );
        break;
      case 'passed':
        this.underWay = false;
        if (message.error) this.onFailure(message.error);
        break;
      default:
        message satisfies never;
    }
  };

  protected abstract pass(): Promise<unknown>;
  protected abstract onFailure(error: Error): void;
}
