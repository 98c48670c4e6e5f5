import { changesOf } from './build-image.js';

describe('changesOf', () => {
  it('quotes what a Dockerfile would expand', () => {
    expect(changesOf({ entrypoint: ['/a', 'b "c"'], environment: { X: 'a "b" $c \\' }, user: '1' })).toEqual([
      'ENTRYPOINT ["/a","b \\"c\\""]',
      'ENV X="a \\"b\\" \\$c \\\\"',
      'USER 1',
    ]);
  });

  it('refuses line breaks', () => {
    expect(() => changesOf({ labels: { a: 'b\nc' } })).toThrow('line breaks');
  });
});
