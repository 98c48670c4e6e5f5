import { Injectable } from '@nestjs/common';
import { AbacoFunction, type FunctionContext } from '@abaco/runtime';

/** What a customer orders; prices in cents. */
export interface Order {
  readonly customer: string;
  readonly items: readonly { readonly name: string; readonly cents: number; readonly count: number }[];
}

export interface Invoice {
  /** Ascending from 1. */
  readonly number: number;
  readonly customer: string;
  readonly cents: number;
}

interface InvoicesState {
  readonly last?: number;
}

/**
 * Writes invoices. Its actor is stateful, so that one worker handles one order after the other, and no number comes twice. A message may be
 * run again after a crash: it then takes the next number, and nobody got the invoice with the first one.
 */
@Injectable()
export class Invoices {
  @AbacoFunction('invoice')
  async write({ message, state, setState, log }: FunctionContext): Promise<Invoice> {
    if (message.kind !== 'json') throw new TypeError('Send an order as JSON.');
    const { customer, items } = message.value as Order;
    if (items.length === 0) throw new RangeError(`The order of ${customer} is empty.`);
    const cents = items.reduce((sum, item) => sum + item.cents * item.count, 0);
    const number = ((state as InvoicesState).last ?? 0) + 1;
    await setState({ last: number });
    log('invoice %d for %s: %d cents', number, customer, cents);
    return { number, customer, cents };
  }
}
