import { ActorSystem, type Ref, eventually } from '@abaco/actors';
import { Injectable, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { type Add, sumActors } from '../test-support/sum-actor.js';
import { ActorsModule, InjectActor } from './index.js';

describe('An actor starts', () => {
  const order: string[] = [];

  @Injectable()
  class Early implements OnModuleInit, OnApplicationBootstrap {
    constructor(@InjectActor('logging') private readonly logging: Ref<string>) {}

    async onModuleInit(): Promise<void> {
      this.logging.tell('told early');
      await new Promise(setImmediate); // lets the actors run, if they would
      order.push('module ready');
    }

    onApplicationBootstrap(): void {
      order.push('application ready');
    }
  }

  it('after every onModuleInit, and then gets what it was told before', async () => {
    const logging = ActorsModule.forFeature([
      {
        name: 'logging',
        behavior: () => {
          order.push('behavior made');
          return (message: string) => void order.push(message);
        },
      },
    ]);
    const app = await Test.createTestingModule({ imports: [ActorsModule.forRoot(), logging], providers: [Early] })
      .compile()
      .then((module) => module.init());
    await eventually(() => order.includes('told early'));
    expect(order.filter((entry) => entry !== 'application ready')).toEqual([
      'module ready',
      'behavior made',
      'told early',
    ]);
    await app.close();
  });

  it('before the onApplicationBootstrap of other modules, which can ask it', async () => {
    const answers: number[] = [];
    @Injectable()
    class Asker implements OnApplicationBootstrap {
      constructor(@InjectActor('sum') private readonly sum: Ref<Add>) {}

      async onApplicationBootstrap(): Promise<void> {
        answers.push(await this.sum.ask<number>((replyTo) => ({ type: 'add', by: 5, replyTo })));
      }
    }
    const app = await Test.createTestingModule({ imports: [ActorsModule.forRoot(), sumActors], providers: [Asker] })
      .compile()
      .then((module) => module.init());
    expect(answers).toEqual([5]);
    await app.close();
  });

  it('never, when the application is closed before it has started', async () => {
    let made = 0;
    const counting = ActorsModule.forFeature([
      {
        name: 'counting',
        behavior: () => {
          made += 1;
          return (_message: string) => {};
        },
      },
    ]);
    const app = await Test.createTestingModule({ imports: [ActorsModule.forRoot(), counting] }).compile();
    const system = app.get(ActorSystem);
    await app.close();
    expect([made, system.snapshot()]).toEqual([0, []]);
  });
});
