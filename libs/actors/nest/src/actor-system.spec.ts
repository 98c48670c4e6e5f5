import { type ActorContext, ActorSystem, type Ref, createTestSystem, eventually } from '@abaco/actors';
import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Add, sum, sumActors, SumService } from '../test-support/sum-actor.js';
import { ActorsModule, getActorToken } from './index.js';

describe('The actor system', () => {
  it('is one for the whole application, with the options of forRoot', async () => {
    @Injectable()
    class Spawner {
      constructor(readonly system: ActorSystem) {}
    }
    @Module({ providers: [Spawner] })
    class SpawnerModule {}
    const app = await Test.createTestingModule({
      imports: [ActorsModule.forRoot({ name: 'shop' }), sumActors, SpawnerModule],
    }).compile();
    await app.init();
    const { system } = app.get(Spawner);
    expect(system).toBe(app.get(ActorSystem));
    system.spawn('own', () => () => {});
    expect(system.snapshot().map(({ path }) => path)).toEqual(['/shop/sum', '/shop/own']);
    await app.close();
    expect(system.snapshot()).toEqual([]);
  });

  it('gets options from injected dependencies with forRootAsync', async () => {
    @Injectable()
    class Settings {
      readonly name = 'configured';
    }
    @Module({ providers: [Settings], exports: [Settings] })
    class SettingsModule {}
    const app = await Test.createTestingModule({
      imports: [
        ActorsModule.forRootAsync({
          imports: [SettingsModule],
          inject: [Settings],
          useFactory: ({ name }: Settings) => Promise.resolve({ name }),
        }),
        sumActors,
      ],
    }).compile();
    expect(app.get<Ref<Add>>(getActorToken('sum')).path).toBe('/configured/sum');
    await app.close();
  });

  it('can be replaced by a test system, whose time stands still', async () => {
    const { system, clock } = createTestSystem();
    const ticks: string[] = [];
    const ticking = ActorsModule.forFeature([
      {
        name: 'ticking',
        behavior: (context: ActorContext<string>) => {
          context.schedule(60_000, 'tick');
          return (message: string) => void ticks.push(message);
        },
      },
    ]);
    const app = await Test.createTestingModule({ imports: [ActorsModule.forRoot(), ticking] })
      .overrideProvider(ActorSystem)
      .useValue(system)
      .compile();
    await app.init();
    await eventually(() => clock.pending > 0);
    clock.advance(60_000);
    await eventually(() => ticks.length > 0);
    await app.close();
    expect(system.snapshot()).toEqual([]);
  });

  it('is seen with `global: false` only by those that import it', async () => {
    const root = ActorsModule.forRoot({ global: false, name: 'private' });
    const feature = ActorsModule.forFeature([{ name: 'sum', imports: [root], inject: [], useFactory: () => sum }]);
    const app = await Test.createTestingModule({ imports: [feature], providers: [SumService] }).compile();
    await app.init();
    expect(await app.get(SumService).add(1)).toBe(1);
    await app.close();
    await expect(Test.createTestingModule({ imports: [root, sumActors] }).compile()).rejects.toThrow('global: false');
  });
});
