import { ActorSystem, type Ref, createProbe, createTestSystem } from '@abaco/actors';
import { Body, Controller, Module, Post } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { type Add, sum, sumActors, SumService } from '../test-support/sum-actor.js';
import { ActorsModule, getActorToken, InjectActor } from './index.js';

@Controller('sum')
class SumController {
  @InjectActor('sum') private readonly sum: Ref<Add>;

  @Post()
  add(@Body() { by }: { by: number }): Promise<number> {
    return this.sum.ask<number>((replyTo) => ({ type: 'add', by, replyTo }));
  }
}

describe('The ref of an actor', () => {
  it('is injected into constructors and properties, and answers what a service and a controller ask', async () => {
    const module = await Test.createTestingModule({
      imports: [ActorsModule.forRoot(), sumActors],
      providers: [SumService],
      controllers: [SumController],
    }).compile();
    const app = module.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
    await app.init();
    expect(await app.get(SumService).add(2)).toBe(2);
    const response = await app.inject({ method: 'POST', url: '/sum', payload: { by: 40 } });
    expect([response.statusCode, response.json()]).toEqual([201, 42]);
    await app.close();
  });

  it('is shared by a module that exports ActorsModule', async () => {
    @Module({ imports: [ActorsModule.forFeature([{ name: 'sum', behavior: sum }])], exports: [ActorsModule] })
    class SumModule {}
    @Module({ imports: [SumModule], providers: [SumService] })
    class UserModule {}
    const app = await Test.createTestingModule({ imports: [ActorsModule.forRoot(), UserModule, SumModule] }).compile();
    await app.init();
    expect(await app.get(SumService).add(1)).toBe(1);
    await app.close();
  });

  it('can be replaced in a test, and then the actor is not started', async () => {
    const { system } = createTestSystem();
    const probe = createProbe<Add>(system);
    const app = await Test.createTestingModule({
      imports: [ActorsModule.forRoot(), sumActors],
      providers: [SumService],
    })
      .overrideProvider(getActorToken('sum'))
      .useValue(probe.ref)
      .compile();
    await app.init();
    const answer = app.get(SumService).add(3);
    (await probe.expectMessage('add')).replyTo.reply(30);
    expect(await answer).toBe(30);
    expect(app.get(ActorSystem).snapshot()).toEqual([]);
    await app.close();
    await system.stop();
  });
});
