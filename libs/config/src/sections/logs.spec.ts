import { ConfigError } from '../config-error.js';
import { loadConfig } from '../load-config.js';
import { moduleLevels } from './logs.js';

const levelsOf = (text: string) => {
  const { logs } = loadConfig({ env: { ABACO__LOGS__LEVELS: text } });
  return [...moduleLevels(logs)];
};

describe('logs.levels', () => {
  it('gives modules levels of their own, whatever the letter case', () => {
    expect(levelsOf('engine=DEBUG, Http=warning')).toEqual([
      ['engine', 'DEBUG'],
      ['http', 'WARNING'],
    ]);
    expect(levelsOf('')).toEqual([]);
  });

  it.each(['engine', 'engine=LOUD', 'motor=DEBUG', 'engine=DEBUG,Engine=INFO'])('refuses %s', (text) => {
    expect(() => levelsOf(text)).toThrow(ConfigError);
    expect(() => levelsOf(text)).toThrow('the modules are http, workers,');
  });
});
