import fc from 'fast-check';
import { withoutPrefix } from './path-prefixes.js';

const prefixes = ['/actors/v2', '/v3/actors'];

describe('prefixes of paths', () => {
  it.each([
    ['/actors/v2', '/actors'],
    ['/actors/v2/', '/actors/'],
    ['/actors/v2?limit=1', '/actors?limit=1'],
    ['/actors/v2/x/messages?a=/actors/v2', '/actors/x/messages?a=/actors/v2'],
    ['/v3/actors/x', '/actors/x'],
    ['//v3//actors//x', '/actors/x'],
    ['/actors/v2/actors/v2', '/actors/actors/v2'],
  ])('%s is %s', (url, path) => {
    expect(withoutPrefix(url, prefixes)).toBe(path);
  });

  it.each(['/actors', '/actors/v2x', '/actors/x/v2', '/v3', '/v3/actorsx', '/health/live', '/', '*', ''])(
    'leaves %s alone',
    (url) => {
      expect(withoutPrefix(url, prefixes)).toBe(url);
    },
  );

  it('never makes a path of another one that has no prefix', () => {
    fc.assert(
      fc.property(fc.webPath(), fc.constantFrom(...prefixes), (path, prefix) => {
        expect(withoutPrefix(prefix + path, prefixes)).toBe(`/actors${path.replace(/\/{2,}/g, '/')}`);
      }),
    );
  });
});
