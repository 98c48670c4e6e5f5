import fc from 'fast-check';
import { toCamel, toSnake, toWire } from './letter-case.js';

describe('letter case of field names', () => {
  it.each([
    ['create_time', 'createTime'],
    ['log_ex', 'logEx'],
    ['max_cpus', 'maxCpus'],
    ['execution_id', 'executionId'],
    ['is_secret', 'isSecret'],
    ['ch_name', 'chName'],
    ['use_container_uid', 'useContainerUid'],
    ['image', 'image'],
    ['_links', '_links'],
    ['_abaco_x', '_abacoX'],
    ['a__b', 'a_B'],
    ['', '_'],
  ])('turns %s into %s', (snake, camel) => {
    expect(toCamel(snake)).toBe(camel);
  });

  it('converts only the part of a search key before its first dot', () => {
    expect(toSnake('finalState.StartedAt.gt')).toBe('final_state.StartedAt.gt');
    expect(toSnake('maxCpus')).toBe('max_cpus');
    expect(toSnake('Image')).toBe('image');
  });

  it('gets every name of words of letters back', () => {
    const word = fc.stringMatching(/^[a-z]{1,8}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1 }), (words) => {
        const name = words.join('_');
        expect(toSnake(toCamel(name))).toBe(name);
      }),
    );
  });

  const actor = { id: 'x', status_message: null, default_environment: { a_b: null }, _links: { self_link: 1 } };

  it('leaves objects as they are in snake mode', () => {
    expect(toWire(actor, 'snake')).toEqual(actor);
  });

  it('converts the own keys in camel mode and leaves out nulls and nothing else', () => {
    expect(toWire(actor, 'camel')).toEqual({ id: 'x', defaultEnvironment: { a_b: null }, _links: { self_link: 1 } });
    expect(toWire({ finish_time: null }, 'camel', { keepNulls: true })).toEqual({ finishTime: null });
  });
});
