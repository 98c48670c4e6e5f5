import fc from 'fast-check';
import { displayCronTime, parseCronSchedule, resumeCronSchedule } from './cron-schedule.js';
import { InvalidCronSchedule } from './errors.js';

const NOW = new Date('2026-03-10T14:37:12Z');
const at = (text: string): Date => new Date(`${text}Z`);
const start = (text: string): Date => parseCronSchedule(text, NOW).start;

describe('parseCronSchedule', () => {
  it.each([
    ['2078-09-6 20 + 3 months', '2078-09-06T20:00'],
    ['2026-03-10 14 + 1 hour', '2026-03-10T14:00'],
    ['2028-2-29 0 + 2 weeks', '2028-02-29T00:00'],
    ['now + 6 hours', '2026-03-10T14:00'],
    ['Now + 1 day', '2026-03-10T14:00'],
    ['NOW+1 day', '2026-03-10T14:00'],
    ['*/15 * * * *', '2026-03-10T14:45'],
    ['0 9 * * mon-fri', '2026-03-11T09:00'],
  ])('takes %s to begin at %s', (text, expected) => {
    expect(start(text)).toEqual(at(expected));
  });

  it.each([
    ['tomorrow', 'The cron is not in the correct format'],
    ['2078-09-06 20 + 3', 'The cron is not in the correct format'],
    ['* * * *', 'The cron is not in the correct format'],
    ['* * * * * *', 'The cron is not in the correct format'],
    ['61 * * * *', 'The cron is not in the correct format'],
    ['0 0 30 2 *', 'The cron is not in the correct format'],
    ['H * * * *', 'The cron is not in the correct format'],
    ['soon + 1 hour', 'The starting date soon is not in the correct format'],
    ['2078-02-30 20 + 1 day', 'The starting date 2078-02-30 20 is not in the correct format'],
    ['2078-13-01 20 + 1 day', 'The starting date 2078-13-01 20 is not in the correct format'],
    ['2078-01-01 24 + 1 day', 'The starting date 2078-01-01 24 is not in the correct format'],
    ['2026-03-10 13 + 1 hour', 'The starting datetime is old. The current UTC time is 2026-03-10 14:00:00'],
    ['now + 3 fortnights', 'fortnights is an invalid unit of time'],
    ['now + 0 days', 'The cron is not in the correct format: 0 is no whole number from 1 to 100000'],
    ['now + -1 days', 'The cron is not in the correct format: -1 is no whole number from 1 to 100000'],
    ['now + x days', 'The cron is not in the correct format: x is no whole number from 1 to 100000'],
  ])('refuses %s', (text, message) => {
    const parse = () => parseCronSchedule(text, NOW);
    expect(parse).toThrow(InvalidCronSchedule);
    expect(messageOf(parse)).toBe(message);
  });

  it('keeps to the day of the start where a month has it, and else to its last', () => {
    const schedule = parseCronSchedule('2027-01-31 5 + 1 month', NOW);
    const runs = [schedule.start];
    while (runs.length < 5) runs.push(schedule.after(runs.at(-1) ?? NOW));
    expect(runs.map(displayCronTime)).toEqual([
      '2027-1-31 5',
      '2027-2-28 5',
      '2027-3-31 5',
      '2027-4-30 5',
      '2027-5-31 5',
    ]);
  });

  const units = fc.constantFrom('hour', 'hours', 'day', 'weeks', 'month', 'months');
  const instants = fc.date({ min: at('2020-01-01T00:00'), max: at('2090-01-01T00:00'), noInvalidDate: true });

  it('finds the first term after an instant, whatever the series', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), units, instants, (count, unit, instant) => {
        const schedule = resumeCronSchedule(`now + ${count} ${unit}`, at('2021-01-31T07:00'));
        let expected = schedule.start;
        // walks the series instead of computing the index
        for (let guard = 0; expected <= instant && guard < 700_000; guard++) {
          const next = new Date(expected.getTime() + (unit.startsWith('month') ? 0 : count * LENGTH[unit[0] ?? '']!));
          expected = unit.startsWith('month') ? monthsAfter(schedule.start, (guard + 1) * count) : next;
        }
        expect(schedule.after(instant)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('reads no text in another way than by a schedule or by InvalidCronSchedule', () => {
    const parts = fc.constantFrom(
      'now',
      '2078',
      '-',
      '9',
      '6',
      ' ',
      '+',
      '3',
      'months',
      'day',
      '*',
      '/',
      ',',
      'é',
      '0',
    );
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts, { size: 'max', maxLength: 30 }).map((p) => p.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          const schedule = parseCronSchedule(text, NOW);
          expect(schedule.after(schedule.start).getTime()).toBeGreaterThan(schedule.start.getTime());
        } catch (error) {
          expect(error).toMatchObject({ kind: 'invalid' });
        }
      }),
    );
  });
});

function messageOf(failing: () => unknown): string | undefined {
  try {
    failing();
  } catch (error) {
    return (error as Error).message;
  }
  return undefined;
}

const LENGTH: Record<string, number> = { h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function monthsAfter(from: Date, months: number): Date {
  const month = from.getUTCFullYear() * 12 + from.getUTCMonth() + months;
  const [year, index] = [Math.floor(month / 12), month % 12];
  const days = [
    31,
    new Date(Date.UTC(year, 1, 29)).getUTCMonth() === 1 ? 29 : 28,
    31,
    30,
    31,
    30,
    31,
    31,
    30,
    31,
    30,
    31,
  ];
  return new Date(Date.UTC(year, index, Math.min(from.getUTCDate(), days[index] ?? 0), from.getUTCHours()));
}
