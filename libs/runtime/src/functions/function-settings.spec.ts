import { FunctionRegistry } from '@abaco/engine';
import type { ActorSettings } from '@abaco/store';
import { requireFunctionSettings } from './function-settings.js';

const functions = new FunctionRegistry({ f: () => undefined });
const unset = { mem_limit: null, max_cpus: null, network: null, use_init: null, privileged: false };
const settings = (fields: Partial<ActorSettings>): ActorSettings =>
  ({ image: 'function:f', ...unset, ...fields }) as ActorSettings;

describe('requireFunctionSettings', () => {
  it.each([
    { mem_limit: '1g' },
    { max_cpus: 1_000_000_000 },
    { network: 'none' as const },
    { use_init: false },
    { privileged: true },
  ])('refuses %j for a function', (fields) => {
    const field = Object.keys(fields)[0] ?? '';
    expect(() => requireFunctionSettings(functions, settings(fields))).toThrow(
      `Invalid actor description: ${field} cannot be set for function:f.`,
    );
  });

  it('has nothing against them for a container, or where there are no functions', () => {
    const limited = { mem_limit: '1g', max_cpus: 1, privileged: true };
    expect(() => requireFunctionSettings(functions, settings({ ...limited, image: 'busybox' }))).not.toThrow();
    expect(() => requireFunctionSettings(new FunctionRegistry(), settings(limited))).not.toThrow();
    expect(() => requireFunctionSettings(functions, settings({}))).not.toThrow();
  });
});
