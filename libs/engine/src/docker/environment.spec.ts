import { InvalidEnvironment, renderEnvironment } from './environment.js';

describe('renderEnvironment', () => {
  it('renders text as it is and null as the bare name', () => {
    expect(renderEnvironment({ A: 'x=y\n"z"', EMPTY: '', GONE: null })).toEqual(['A=x=y\n"z"', 'EMPTY=', 'GONE']);
  });

  it('allows 131,071 bytes a string, counted in UTF-8, and no more', () => {
    const value = 'ü'.repeat((131_071 - 3) / 2);
    expect(renderEnvironment({ AB: value })).toHaveLength(1);
    expect(() => renderEnvironment({ AB: `${value}x` })).toThrow('AB takes 131072 bytes');
  });

  it.each([
    ['a NUL in a value', { A: 'x\0' }],
    ['a NUL in a name', { 'A\0': null }],
    ['an empty name', { '': 'x' }],
    ['a name with =', { 'A=B': null }],
  ])('refuses %s', (_, environment) => {
    expect(() => renderEnvironment(environment)).toThrow(InvalidEnvironment);
  });
});
