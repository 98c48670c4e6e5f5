import { jsonCodec } from './index.js';

describe('The JSON codec', () => {
  it('brings back what JSON can express', () => {
    const message = { text: 'Grüße \u{1f600}', list: [1, null, { deep: true }] };
    expect(jsonCodec.decode(jsonCodec.encode(message), 'id')).toEqual(message);
  });
});
