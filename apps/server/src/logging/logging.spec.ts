import { loadConfig } from '@abaco/config';
import { moduleLogger } from '@abaco/runtime';
import { createLogger } from './create-logger.js';
import { NestLogger } from './nest-logger.js';

const recorded = (logs: object) => {
  const lines: string[] = [];
  const config = loadConfig({ env: {}, overrides: { logs } });
  return { lines, logger: createLogger(config.logs, { write: (line) => void lines.push(line) }) };
};

describe('the log', () => {
  it('is one JSON object a line', () => {
    const { lines, logger } = recorded({ level: 'INFO' });
    logger.debug({}, 'hidden');
    logger.info({ tenant: 'DEV', actor: 'a' }, 'Done');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      tenant: 'DEV',
      actor: 'a',
      msg: 'Done',
    });
  });

  it('has levels for single modules, quieter or more talkative than the rest', () => {
    const { lines, logger } = recorded({ level: 'WARNING', levels: ['engine=DEBUG', 'http=CRITICAL'] });
    for (const log of [logger, ...(['engine', 'http', 'cron'] as const).map((name) => moduleLogger(logger, name))]) {
      log.debug({}, 'debug');
      log.error({}, 'error');
    }
    expect(
      lines
        .map((line) => JSON.parse(line) as object)
        .map(({ module, msg }: { module?: string; msg?: string }) => [module, msg]),
    ).toEqual([
      [undefined, 'error'],
      ['engine', 'debug'],
      ['engine', 'error'],
      ['cron', 'error'],
    ]);
  });

  it('is readable for people on request', () => {
    const { lines, logger } = recorded({ format: 'pretty' });
    logger.warn({ tenant: 'DEV', n: 1, err: new Error('broken') }, 'Careful');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN  Careful tenant=DEV n=1\nError: broken\n +at /);
  });

  it('takes what Nest says, with its context and stack', () => {
    const { lines, logger } = recorded({ level: 'DEBUG' });
    const nest = new NestLogger(logger);
    nest.log('Mapped', 'RoutesResolver');
    nest.error('Failed', 'Error: x\n    at f (file)', 'ExceptionsHandler');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'debug', context: 'RoutesResolver', msg: 'Mapped' },
      { level: 'error', context: 'ExceptionsHandler', msg: 'Failed', err: 'Error: x\n    at f (file)' },
    ]);
  });
});
