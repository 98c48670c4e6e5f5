import fc from 'fast-check';
import { type StoredMessage, WaitingMessages } from './waiting-messages.js';

const stored = (position: number): StoredMessage => ({
  position,
  message: { id: `${position}`, body: Buffer.alloc(0) },
});

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('join' as const), count: fc.integer({ min: 1, max: 1_500 }) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('take' as const), count: fc.integer({ min: 1, max: 1_500 }) }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('putBack' as const), which: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('clear' as const) }) },
);

describe('WaitingMessages', () => {
  it('always gives the oldest, whatever was taken and came back', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60, size: 'max' }), (events) => {
        const line = new WaitingMessages();
        const waiting: number[] = [];
        const taken: StoredMessage[] = [];
        let published = 0;
        let inOrder = true;
        for (const next of events) {
          switch (next.kind) {
            case 'join':
              for (let n = 0; n < next.count; n++) {
                line.join(stored(++published));
                waiting.push(published);
              }
              break;
            case 'take':
              for (let n = 0; n < next.count; n++) {
                const oldest = line.take();
                inOrder &&= oldest?.position === waiting.shift();
                if (oldest) taken.push(oldest);
              }
              break;
            case 'putBack': {
              const [back] = taken.splice(next.which % Math.max(1, taken.length), 1);
              if (!back) break;
              line.putBack(back);
              waiting.push(back.position);
              waiting.sort((a, b) => a - b);
              break;
            }
            case 'clear':
              expect(line.clear()).toBe(waiting.splice(0).length);
              break;
            default:
              next satisfies never;
          }
          expect(line.size).toBe(waiting.length);
          expect(inOrder).toBe(true);
        }
      }),
      { numRuns: 50 },
    );
  });
});
