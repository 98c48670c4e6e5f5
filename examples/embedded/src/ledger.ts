import { Injectable } from '@nestjs/common';
import { AbacoFunction, type FunctionContext } from '@abaco/runtime';

/** The event of an actor whose `link` is this one. */
interface ActorEvent {
  readonly event_type: string;
  readonly execution_id?: string;
  readonly exit_code?: number | null;
}

/** State of the ledger's actor: ids of orders. By id, so that an event that is handled again after a crash counts once. */
export interface LedgerState {
  readonly invoiced?: readonly string[];
  readonly refused?: readonly string[];
}

/** Hears of every order that was handled: the invoices' actor links to the ledger's. */
@Injectable()
export class Ledger {
  @AbacoFunction('ledger')
  async note({ message, state, setState, log }: FunctionContext): Promise<void> {
    if (message.kind !== 'json') return;
    const { event_type, execution_id: order, exit_code } = message.value as ActorEvent;
    if (event_type !== 'EXECUTION_COMPLETE' || order === undefined) return;
    const { invoiced = [], refused = [] } = state as LedgerState;
    await setState(
      exit_code === 0
        ? { refused, invoiced: [...new Set([...invoiced, order])] }
        : { invoiced, refused: [...new Set([...refused, order])] },
    );
    log('order %s is handled', order);
  }
}
