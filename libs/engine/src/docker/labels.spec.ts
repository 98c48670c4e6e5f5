import { baselineOf, fileNameOf, fromDockerLabels, publicIdOf, toDockerLabels } from './labels.js';

const worker = { instance: 'host1', tenant: 'DEV', actor: 'DEV_a', worker: 'w' };

describe('labels', () => {
  it.each([worker, { ...worker, execution: 'DEV_a_e', attempt: 3 }])(
    'come back from the engine as they went',
    (labels) => {
      expect(fromDockerLabels(toDockerLabels(labels))).toEqual(labels);
    },
  );

  it('carry the counters of before the container', () => {
    expect(baselineOf(toDockerLabels(worker, { cpuNs: 123_456_789_012, receivedBytes: 0 }))).toEqual({
      cpuNs: 123_456_789_012,
      receivedBytes: 0,
    });
    expect(baselineOf(toDockerLabels(worker))).toEqual({});
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
