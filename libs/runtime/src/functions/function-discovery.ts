import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { FunctionRefused, type FunctionHandler } from '@abaco/engine';
import type { RuntimeServices } from '../runtime-services.js';
import { RUNTIME_SERVICES } from '../tokens.js';
import { FUNCTION_NAME } from './abaco-function.js';

type Methods = Record<string, FunctionHandler>;

/** Registers the methods with `@AbacoFunction` of all providers and controllers, before the hierarchy is started. */
@Injectable()
export class FunctionDiscovery implements OnModuleInit {
  private readonly scanner = new MetadataScanner();
  private readonly reflector = new Reflector();

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(RUNTIME_SERVICES) private readonly services: Pick<RuntimeServices, 'functions' | 'engine' | 'store'>,
  ) {}

  /** @throws FunctionRefused */
  async onModuleInit(): Promise<void> {
    try {
      this.registerAll();
    } catch (error) {
      // an application that does not come up gets no shutdown hooks
      await Promise.allSettled([this.services.engine.close(), this.services.store.close()]);
      throw error;
    }
  }

  private registerAll(): void {
    const seen = new Set<object>();
    for (const wrapper of [...this.discovery.getProviders(), ...this.discovery.getControllers()]) {
      const { metatype, instance } = wrapper as { metatype: unknown; instance: unknown };
      const isStatic = wrapper.isDependencyTreeStatic();
      // of a provider that is made for each request there is no instance, but its class
      const prototype: unknown = isStatic ? instance && Object.getPrototypeOf(instance) : prototypeOf(metatype);
      if (typeof prototype !== 'object' || !prototype || (isStatic && seen.has(instance as object))) continue;
      if (isStatic) seen.add(instance as object); // two tokens may stand for one instance
      for (const method of this.scanner.getAllMethodNames(prototype)) {
        const handler = (prototype as Methods)[method];
        const name = handler && this.reflector.get<string | undefined>(FUNCTION_NAME, handler);
        if (name === undefined) continue;
        if (!isStatic)
          throw new FunctionRefused(name, 'its provider is not a singleton: it has a scope, or injects what has one.');
        this.services.functions.register(name, (context) => (instance as Methods)[method]?.(context));
      }
    }
  }
}

function prototypeOf(metatype: unknown): unknown {
  return typeof metatype === 'function' ? (metatype as { prototype?: unknown }).prototype : undefined;
}
