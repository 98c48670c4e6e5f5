import { KnownPaths } from './known-paths.js';

describe('KnownPaths', () => {
  const paths = new KnownPaths();
  paths.add('/actors', ['GET', 'POST']);
  paths.add('/actors/:actor_id', ['GET']);
  paths.add('/actors/:actor_id', ['DELETE']);
  paths.add('/docs/*', ['GET']);

  it.each([
    ['/actors', ['GET', 'POST']],
    ['//actors/', ['GET', 'POST']],
    ['/actors/x', ['DELETE', 'GET']],
    ['/docs/a/b', ['GET']],
    ['/actors/x/y', []],
    ['/', []],
  ])('%s', (path, methods) => {
    expect(paths.methodsOf(path)).toEqual(methods);
  });
});
