import { type BehaviorFactory, type Failure, InvalidName, eventually } from '@abaco/actors';
import { type DynamicModule, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { type ActorDefinition, ActorsModule, getActorToken, InjectActor } from './index.js';

const behavior: BehaviorFactory<string> = () => () => {};
const start = (...imports: NonNullable<ModuleMetadata['imports']>): Promise<TestingModule> =>
  Test.createTestingModule({ imports }).compile();
/** As JavaScript would call it. */
const forFeature = (definition: object): DynamicModule =>
  ActorsModule.forFeature([definition as ActorDefinition<string>]);

describe('An application does not start', () => {
  it('when one forFeature has two actors of the same name', () => {
    expect(() =>
      ActorsModule.forFeature([
        { name: 'mailer', behavior },
        { name: 'mailer', behavior },
      ]),
    ).toThrow('There are two actors named "mailer". Rename one');
  });

  it('when two modules register the same name', async () => {
    const twice = () => ActorsModule.forFeature([{ name: 'mailer', behavior }]);
    await expect(start(ActorsModule.forRoot(), twice(), twice())).rejects.toThrow(
      /two actors named "mailer".*export ActorsModule/,
    );
  });

  it('when forRoot is missing', async () => {
    await expect(start(ActorsModule.forFeature([{ name: 'mailer', behavior }]))).rejects.toThrow(
      'ActorsModule.forFeature() registers the actor "mailer", but there is no actor system: import ActorsModule.forRoot() in',
    );
  });

  it('when forRoot is there twice', async () => {
    await expect(start(ActorsModule.forRoot(), ActorsModule.forRoot())).rejects.toThrow(
      'ActorsModule.forRoot() is imported more than once',
    );
  });

  it('when the options cannot be had, and says why, not that forRoot is missing', async () => {
    const root = ActorsModule.forRootAsync({ useFactory: () => Promise.reject(new Error('no configuration')) });
    const feature = ActorsModule.forFeature([{ name: 'mailer', behavior }]);
    await expect(start(root, feature)).rejects.toThrow('no configuration');
    await expect(start(feature, root)).rejects.toThrow('no configuration');
  });

  it.each([
    ['useFactory returns nothing', { useFactory: () => undefined }, 'useFactory gave undefined'],
    [
      'useFactory returns a behavior instead of its factory',
      { useFactory: () => Promise.resolve({ receive: () => {} }) },
      'useFactory gave an object (Object)',
    ],
    ['there is nothing to make a behavior with', {}, 'behavior gave undefined'],
    ['useClass is an instance', { useClass: { receive: () => {} } }, 'useClass gave an object (Object)'],
  ])('when %s', async (_case, definition, message) => {
    const starting = async () => start(ActorsModule.forRoot(), forFeature({ name: 'mailer', ...definition }));
    await expect(starting()).rejects.toThrow(
      `The actor "mailer" needs something that makes a new behavior at each start, but ${message}`,
    );
  });

  it('when a dependency of useClass cannot be resolved', async () => {
    @Injectable()
    class Mail {}
    @Injectable()
    class Mailer {
      constructor(readonly mail: Mail) {}

      receive = (_message: string): void => {};
    }
    const feature = ActorsModule.forFeature([{ name: 'mailer', useClass: Mailer }]);
    await expect(start(ActorsModule.forRoot(), feature)).rejects.toThrow(
      "can't resolve dependencies of the Mailer (?)",
    );
  });

  it('when an actor is injected that no forFeature registers', async () => {
    @Injectable()
    class Shop {
      constructor(@InjectActor('mailer') readonly mailer: unknown) {}
    }
    @Module({ providers: [Shop] })
    class ShopModule {}
    await expect(start(ActorsModule.forRoot(), ShopModule)).rejects.toThrow('Actor(mailer)');
  });

  it('when a name is no name', async () => {
    const feature = ActorsModule.forFeature([{ name: 'a/b', behavior }]);
    await expect(start(ActorsModule.forRoot(), feature)).rejects.toThrow(InvalidName);
  });
});

describe('What a factory makes', () => {
  it.each([
    ['behavior', { behavior: () => undefined }],
    // A handler taken for a factory: it is called with the context, and returns nothing.
    ['useFactory', { useFactory: () => () => {} }],
    ['useClass', { useClass: class Nothing {} }],
  ])('with %s must be a behavior, or its start fails with an error that names the actor', async (_kind, definition) => {
    const failures: Failure[] = [];
    const root = ActorsModule.forRoot({ observer: { failed: (failure) => failures.push(failure) } });
    const options = { supervision: { decide: () => 'stop' } };
    const app = await start(root, forFeature({ name: 'mailer', options, ...definition }));
    await app.init();
    await eventually(() => failures.length > 0);
    expect(failures[0]?.error.message).toMatch(/^What the factory of the actor "mailer" made is no behavior but/);
    await app.close();
  });
});

describe('A request-scoped dependency of useFactory', () => {
  it('is refused at the second request', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class Session {}
    @Module({ providers: [Session], exports: [Session] })
    class SessionModule {}
    const feature = ActorsModule.forFeature([
      { name: 'talker', imports: [SessionModule], inject: [Session], useFactory: () => behavior },
    ]);
    const app = await start(ActorsModule.forRoot(), feature);
    await app.resolve(getActorToken('talker'));
    await expect(app.resolve(getActorToken('talker'))).rejects.toThrow('request-scoped');
    await app.close();
  });
});
