import { countersBefore, fileNameOf, fromDockerLabels, publicIdOf, toDockerLabels } from './labels.js';

const worker = { instance: 'host1', tenant: 'DEV', actor: 'DEV_a', worker: 'w' };

describe('labels', () => {
  it.each([worker, { ...worker, execution: 'DEV_a_e', attempt: 3 }])(
    'come back from the engine as they went',
    (labels) => {
      expect(fromDockerLabels(toDockerLabels(labels))).toEqual(labels);
    },
  );

  it('carry the counters of before the container', () => {
    const before = { cpuNs: 123_456_789_012, receivedBytes: 0 };
    expect(countersBefore(toDockerLabels(worker, before))).toEqual(before);
    expect(countersBefore(toDockerLabels(worker))).toEqual({});
    for (const broken of ['', '{', 'null', '7', '{"cpuNs":"x"}']) {
      expect(countersBefore({ 'abaco.counters-before': broken })).toEqual({});
    }
  });
});

describe('publicIdOf', () => {
  it('is the last part of an internal id', () => {
    expect(publicIdOf('DEV-DEVELOP_NolBaJ5y6714M_4kLvQ5ZzGDbRk')).toBe('4kLvQ5ZzGDbRk');
  });

  it('cannot leave its directory', () => {
    expect(publicIdOf('T_a_../../etc')).toBe('------etc');
    expect(fileNameOf('..')).toBe('--');
    expect(fileNameOf('')).toBe('-');
  });
});
