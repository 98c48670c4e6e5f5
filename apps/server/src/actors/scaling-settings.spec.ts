import fc from 'fast-check';
import { parseLosslessJson } from '@abaco/contract';
import { readScalingSettings } from './scaling-settings.js';

const read = (scaling: unknown, letterCase: 'snake' | 'camel' = 'snake', mostWorkers = 6) =>
  readScalingSettings(parseLosslessJson(JSON.stringify(scaling)), letterCase, mostWorkers);

describe('how a description says that workers follow messages', () => {
  it('is not at all unless it is said', () => {
    expect(readScalingSettings(undefined, 'snake', 6)).toBeNull();
    expect(read(null)).toBeNull();
  });

  it('is what is said, and the rest as the tenant says', () => {
    expect(read({ min_workers: 2, worker_ttl: -1, scale_up_step: null })).toEqual({
      min_workers: 2,
      messages_per_worker: null,
      scale_up_age: null,
      scale_up_step: null,
      scale_up_cooldown: null,
      worker_ttl: -1,
    });
  });

  it('has its members in the letter case of the instance', () => {
    expect(read({ messagesPerWorker: 10, scaleUpAge: 30 }, 'camel')).toMatchObject({
      messages_per_worker: 10,
      scale_up_age: 30,
    });
    expect(() => read({ scale_up_age: 2 }, 'camel')).toThrow(
      'Invalid actor description: scaling has an unknown member "scale_up_age"; known are minWorkers, messagesPerWorker, ' +
        'scaleUpAge, scaleUpStep, scaleUpCooldown, workerTtl.',
    );
  });

  it.each([
    [[], 'scaling must be a JSON object or null.'],
    [{ min_workers: 7 }, 'scaling.min_workers can be 6 at most, the workers that the actor may have.'],
    [{ min_workers: -1 }, 'scaling.min_workers must be an integer from 0 to 100000.'],
    [{ messages_per_worker: 0 }, 'scaling.messages_per_worker must be an integer from 1 to 1000000.'],
    [{ scale_up_age: '1' }, 'scaling.scale_up_age must be an integer from 0 to 86400.'],
    [{ scale_up_step: 0 }, 'scaling.scale_up_step must be -1 or an integer from 1 to 100000.'],
    [{ scale_up_cooldown: 1.5 }, 'scaling.scale_up_cooldown must be an integer from 0 to 86400.'],
    [{ worker_ttl: -2 }, 'scaling.worker_ttl must be -1 or an integer from 1 to 2147483647.'],
  ])('is refused as %j', (scaling, text) => {
    expect(() => read(scaling)).toThrow(`Invalid actor description: ${text}`);
  });

  it('is read or refused with a text, whatever is sent', () => {
    const members = fc.constantFrom('min_workers', 'messages_per_worker', 'scale_up_step', 'worker_ttl', 'x');
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), fc.dictionary(members, fc.jsonValue())), (value) => {
        try {
          const scaling = read(value);
          if (scaling === null) return;
          expect(scaling.min_workers ?? 0).toBeLessThanOrEqual(6);
          expect(scaling.messages_per_worker ?? 1).toBeGreaterThanOrEqual(1);
          expect(scaling.worker_ttl).not.toBe(0);
        } catch (error) {
          expect((error as Error).message).toMatch(/^Invalid actor description: scaling/);
        }
      }),
    );
  });
});
