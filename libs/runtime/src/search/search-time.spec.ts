import fc from 'fast-check';
import { parseSearchTime } from './search-time.js';

describe('times of a search', () => {
  it.each([
    ['2000', '2000-01-01T00:00:00.000Z'],
    ['2000-05:00', '2000-01-01T05:00:00.000Z'],
    ['2000+05:00', '1999-12-31T19:00:00.000Z'],
    ['2000 05:00', '1999-12-31T19:00:00.000Z'],
    ['2000-02', '2000-02-01T00:00:00.000Z'],
    ['2000-02-03', '2000-02-03T00:00:00.000Z'],
    ['2000-02-03T', '2000-02-03T00:00:00.000Z'],
    ['2000-02-03T04', '2000-02-03T04:00:00.000Z'],
    ['2000-01-01T01:00', '2000-01-01T01:00:00.000Z'],
    ['2000-01-01T01:00:05', '2000-01-01T01:00:05.000Z'],
    ['2000-01-01T01:00:00.000Z', '2000-01-01T01:00:00.000Z'],
    ['2200-12-30T23:59:59.999Z', '2200-12-30T23:59:59.999Z'],
    ['2000-01-01T01:00:00.123456+01:30', '1999-12-31T23:30:00.123Z'],
    ['2000-01-01T01:00:00.5', '2000-01-01T01:00:00.500Z'],
  ])('%s is %s', (text, time) => {
    expect(parseSearchTime(text)?.toISOString()).toBe(time);
  });

  it.each(['', 'now', '20', '2000-13', '2000-02-30', '2000-1-1', '2000-01-01T25', '2000-01-01T01:60', '2000+24:00'])(
    '"%s" is none',
    (text) => {
      expect(parseSearchTime(text)).toBeUndefined();
    },
  );

  it('reads every instant that it may be given, in every zone', () => {
    const instant = fc.date({
      min: new Date('0100-01-02T00:00:00Z'),
      max: new Date('9998-12-30T00:00:00Z'),
      noInvalidDate: true,
    });
    const zone = fc.integer({ min: -23 * 60 - 59, max: 23 * 60 + 59 });
    fc.assert(
      fc.property(instant, zone, (time, minutes) => {
        const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, -1);
        const pad = (value: number): string => String(Math.trunc(value)).padStart(2, '0');
        const offset = `${minutes < 0 ? '-' : '+'}${pad(Math.abs(minutes) / 60)}:${pad(Math.abs(minutes) % 60)}`;
        fc.pre(/^\d{4}-/.test(local));
        expect(parseSearchTime(local + offset)).toEqual(time);
      }),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (text) => void parseSearchTime(text)));
  });
});
