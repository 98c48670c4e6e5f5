import { functionImage } from './function-image.js';
import { FunctionRegistry } from './function-registry.js';

describe('FunctionRegistry', () => {
  const handler = (): undefined => undefined;

  it('serves every image of its scheme as soon as it has a function, and no image before', () => {
    const functions = new FunctionRegistry();
    expect(functions.serves('function:f')).toBe(false);
    functions.register('f', handler);
    expect(functions.serves(functionImage('f'))).toBe(true);
    expect(functions.serves('function:unknown')).toBe(true);
    expect(['f', 'function', 'registry/function:f', 'functions:f'].filter((image) => functions.serves(image))).toEqual(
      [],
    );
  });

  it('finds a function by its image, and nothing by a name of objects', () => {
    const functions = new FunctionRegistry({ 'a.b-c_1': handler });
    expect(functions.handler('function:a.b-c_1')).toBe(handler);
    expect(() => functions.handler('function:constructor')).toThrow(/no function of that name/);
  });

  it.each(['', '-a', '.a', 'a b', 'a/b', 'ä', 'a'.repeat(129)])('refuses the name %p', (name) => {
    expect(() => new FunctionRegistry({ [name]: handler })).toThrow(/cannot be registered: a name has 1 to 128/);
  });

  it('refuses a name that is taken, and what is no function', () => {
    const functions = new FunctionRegistry({ f: handler });
    expect(() => functions.register('f', handler)).toThrow(
      'Function "f" cannot be registered: there is one of that name already.',
    );
    expect(() => functions.register('g', 'x' as never)).toThrow(/is no function/);
  });
});
