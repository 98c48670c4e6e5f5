import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../../test/support/eventually.js';
import type { Invoice, Order } from './invoices.js';
import type { LedgerState } from './ledger.js';
import type { OrderStatus } from './orders.js';
import { type RunningShop, startShop } from './start-shop.js';

describe('the shop', () => {
  let directory: string;
  let shop: RunningShop;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'abaco-shop-'));
    shop = await startShop(directory, 0);
  });
  afterAll(async () => {
    await shop.close();
    await rm(directory, { recursive: true, force: true });
  });

  const place = async (order: Order, key?: string): Promise<string> => {
    const response = await fetch(`${shop.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
      body: JSON.stringify(order),
    });
    expect(response.status).toBe(202);
    return ((await response.json()) as { order: string }).order;
  };
  const handled = (order: string): Promise<OrderStatus> =>
    eventually('the order is handled', async () => {
      const status = await read<OrderStatus>(`/orders/${order}`);
      return status.status !== 'open' && status;
    });
  const read = async <T>(path: string): Promise<T> => (await (await fetch(shop.url + path)).json()) as T;
  const inLedger = (list: keyof LedgerState, order: string): Promise<boolean | undefined> =>
    eventually('the ledger has heard of the order', async () =>
      (await read<LedgerState>('/ledger'))[list]?.includes(order),
    );
  const books = (customer: string): Order => ({
    customer,
    items: [
      { name: 'atlas', cents: 2_000, count: 1 },
      { name: 'map', cents: 350, count: 2 },
    ],
  });

  it('writes an invoice for each order, each with a number of its own, and tells the ledger', async () => {
    const orders = await Promise.all(['Ann', 'Bob', 'Cleo'].map((customer) => place(books(customer))));
    const done = await Promise.all(orders.map(handled));
    const invoices = done.map(({ invoice }) => invoice as Invoice);
    expect(done.map(({ status }) => status)).toEqual(['invoiced', 'invoiced', 'invoiced']);
    expect(invoices.map(({ cents }) => cents)).toEqual([2_700, 2_700, 2_700]);
    expect(invoices.map(({ number }) => number).sort()).toEqual([1, 2, 3]);
    for (const order of orders) await inLedger('invoiced', order);
    expect(done[0]?.log).toMatch(/^invoice \d for Ann: 2700 cents\n$/);
  });

  it('handles an order once that is sent twice', async () => {
    const [first, second] = await Promise.all([place(books('Dora'), 'order-17'), place(books('Dora'), 'order-17')]);
    expect(second).toBe(first);
    expect((await handled(first)).status).toBe('invoiced');
  });

  it('refuses an empty order, and says why', async () => {
    const order = await place({ customer: 'Eve', items: [] });
    const { status, log, invoice } = await handled(order);
    await inLedger('refused', order);
    expect([status, invoice]).toEqual(['refused', undefined]);
    expect(log).toContain('RangeError: The order of Eve is empty.');
  });

  it('goes on with its numbers after a restart', async () => {
    const before = await handled(await place(books('Finn')));
    await shop.close();
    shop = await startShop(directory, 0);
    const after = await handled(await place(books('Gus')));
    expect(after.invoice?.number).toBe((before.invoice?.number ?? 0) + 1);
    expect((await handled(before.order)).status).toBe('invoiced');
    await inLedger('invoiced', before.order);
  });

  it('knows no other orders', async () => {
    expect((await fetch(`${shop.url}/orders/none`)).status).toBe(404);
  });
});
