import fc from 'fast-check';
import { parseQueueAddress, parseQueuePath, queueAddress } from './queue-address.js';

describe('queue addresses', () => {
  it('name the queue they were made for', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(name, (queue) => {
        fc.pre(Buffer.byteLength(queue) <= 255 && !queue.includes('\0'));
        expect(parseQueueAddress(queueAddress(queue))).toBe(queue);
        expect(parseQueuePath(`${queueAddress(queue)}/messages`)).toEqual({ queue, messages: true });
      }),
    );
  });

  it.each([
    [undefined],
    [7],
    [''],
    ['/queues/'],
    ['/queue/a'],
    ['queues/a'],
    ['/queues/a/b'],
    ['/queues/a/messages/b'],
    ['/queues//messages'],
    ['/queues/%E0%A4%A'],
    ['/queues/%00'],
    [`/queues/${'a'.repeat(256)}`],
  ])('%p names no queue', (address) => {
    expect(parseQueuePath(address)).toBeUndefined();
  });

  it('of messages are no addresses of links', () => {
    expect(parseQueueAddress('/queues/a/messages')).toBeUndefined();
  });
});
