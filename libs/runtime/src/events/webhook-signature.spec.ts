import { webhookHeaders } from './webhook-signature.js';

describe('headers of Standard Webhooks', () => {
  it.each([
    {
      secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      timestamp: 1_614_265_330,
      body: '{"test": 2432232314}',
      signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    },
    {
      secret: 'whsec_plJ3nmyCDGBKInavdOK15jsl',
      id: 'msg_loFOjxBNrRLzqYUf',
      timestamp: 1_731_705_121,
      body: '{"event_type":"ping","data":{"success":true}}',
      signature: 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    },
  ])('sign as the test vector of $id says', ({ secret, id, timestamp, body, signature }) => {
    expect(webhookHeaders(id, body, new Date(timestamp * 1000 + 999), secret)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signature,
    });
  });

  it('have no signature without a secret', () => {
    expect(webhookHeaders('id', '{}', new Date(1_000), '')).toEqual({ 'webhook-id': 'id', 'webhook-timestamp': '1' });
  });
});
