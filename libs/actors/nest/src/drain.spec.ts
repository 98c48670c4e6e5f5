import { jest } from '@jest/globals';
import { ActorStopped, ActorSystem, type Ref, eventually } from '@abaco/actors';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { compilePrintShop, Paper, type Print } from '../test-support/print-shop.js';
import { getActorToken } from './index.js';

describe('When the application closes', () => {
  it('a slow handler finishes and its request is answered, while others are', async () => {
    const app = (await compilePrintShop()).createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.listen(0, '127.0.0.1');
    const url = await app.getUrl();
    const paper = app.get(Paper);
    const printing = fetch(`${url}/print`);
    await eventually(() => paper.log.length > 0);

    const closed = app.close();
    await eventually(() => paper.log.includes('modules are destroyed'));
    expect(await (await fetch(`${url}/health`)).text()).toBe('alive');
    expect((await fetch(`${url}/print`)).status).toBe(503);
    paper.finish();
    expect(await (await printing).text()).toBe('printed');
    await closed;
    await expect(fetch(`${url}/health`)).rejects.toThrow();
  });

  it('children stop before parents, after all intake has ended, and while what they depend on is still open', async () => {
    const app = await (await compilePrintShop()).init();
    const paper = app.get(Paper);
    const printed = app
      .get<Ref<Print>>(getActorToken('printer'))
      .ask<string>((replyTo) => ({ type: 'print', replyTo }));
    await eventually(() => paper.log.length > 0);
    const closed = app.close();
    await eventually(() => paper.log.length > 1);
    paper.finish();
    await closed;
    expect(await printed).toBe('printed');
    expect(paper.log).toEqual([
      'print begins',
      'modules are destroyed',
      // The handler of the parent may end before or after the child stops.
      ...(paper.log.indexOf('tray stopped') === 2 ? ['tray stopped', 'print ends'] : ['print ends', 'tray stopped']),
      'printer stopped',
      'connections are closed',
    ]);
  });

  it('a handler that does not return delays it no longer than stopDeadlineMs', async () => {
    const app = await (await compilePrintShop({ stopDeadlineMs: 20 })).init();
    const printer = app.get<Ref<Print>>(getActorToken('printer'));
    const printed = printer.ask<string>((replyTo) => ({ type: 'print', replyTo }));
    await eventually(() => app.get(Paper).log.length > 0);
    const closing = app.close();
    await expect(printed).rejects.toThrow(ActorStopped);
    await closing;
    expect(app.get(Paper).log).toEqual([
      'print begins',
      'modules are destroyed',
      'tray stopped',
      'connections are closed',
    ]);
  });

  it('a system that has been stopped by hand is no obstacle', async () => {
    const app = await (await compilePrintShop()).init();
    await app.get(ActorSystem).stop();
    await app.close();
    expect(app.get(Paper).log).toContain('connections are closed');
  });

  it('at a signal, once shutdown hooks are enabled, its actors stop first', async () => {
    const app = await (await compilePrintShop()).init();
    await eventually(() => app.get(ActorSystem).snapshot().length === 2); // both actors run
    const kill = jest.spyOn(process, 'kill').mockReturnValue(true);
    try {
      app.enableShutdownHooks(['SIGUSR2']);
      process.emit('SIGUSR2', 'SIGUSR2');
      await eventually(() => kill.mock.calls.length > 0);
      expect(kill).toHaveBeenCalledWith(process.pid, 'SIGUSR2');
    } finally {
      kill.mockRestore();
    }
    expect(app.get(ActorSystem).snapshot()).toEqual([]);
    expect(app.get(Paper).log).toEqual([
      'modules are destroyed',
      'tray stopped',
      'printer stopped',
      'connections are closed',
    ]);
  });
});
