import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { FunctionRegistry, type FunctionContext } from '@abaco/engine';
import { RUNTIME_SERVICES } from '../tokens.js';
import { AbacoFunction } from './abaco-function.js';
import { FunctionDiscovery } from './function-discovery.js';

@Injectable()
class Images {
  private readonly prefix = 'resized';

  @AbacoFunction('resize')
  resize({ executionId }: FunctionContext): string {
    return `${this.prefix} ${executionId}`;
  }

  other(): void {
    // carries no decorator
  }
}

@Injectable()
class MoreImages extends Images {}

@Injectable({ scope: Scope.REQUEST })
class PerRequest {
  @AbacoFunction('scoped')
  run(): void {
    // never called
  }
}

/** What was closed because the application could not come up. */
let closed: string[] = [];

async function discoverIn(providers: Type[], aliases: { token: string; of: Type }[] = []): Promise<FunctionRegistry> {
  closed = [];
  const close = (name: string) => ({ close: () => Promise.resolve(void closed.push(name)) });
  const functions = new FunctionRegistry();

  @Module({ providers: [...providers, ...aliases.map(({ token, of }) => ({ provide: token, useExisting: of }))] })
  class ApplicationModule {}

  const module = await Test.createTestingModule({
    imports: [DiscoveryModule, ApplicationModule],
    providers: [
      FunctionDiscovery,
      { provide: RUNTIME_SERVICES, useValue: { functions, engine: close('engine'), store: close('store') } },
    ],
  }).compile();
  await module.init();
  return functions;
}

describe('FunctionDiscovery', () => {
  it("registers a provider's method, bound to its instance", async () => {
    const functions = await discoverIn([Images]);
    expect(functions.handler('function:resize')({ executionId: 'e1' } as FunctionContext)).toBe('resized e1');
    expect(() => functions.handler('function:other')).toThrow(/no function/);
  });

  it('registers a provider with two tokens once, and an inherited method, too', async () => {
    expect((await discoverIn([Images], [{ token: 'same', of: Images }])).serves('function:resize')).toBe(true);
    expect((await discoverIn([MoreImages])).handler('function:resize')).toBeInstanceOf(Function);
  });

  it('refuses the same name on two providers', async () => {
    await expect(discoverIn([Images, MoreImages])).rejects.toThrow(
      'Function "resize" cannot be registered: there is one',
    );
  });

  it('refuses a provider that is no singleton', async () => {
    await expect(discoverIn([PerRequest])).rejects.toThrow(
      /"scoped" cannot be registered: its provider is not a singleton/,
    );
  });
});
