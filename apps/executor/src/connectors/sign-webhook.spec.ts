import { createHmac, timingSafeEqual } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Secret } from '../credentials/secret.js';
import { signingKey, signWebhook } from './sign-webhook.js';

/** As Standard Webhooks 1.0 say it, so that any of its libraries verifies what we send. */
describe('signWebhook', () => {
  it('gives the signature of the published example', () => {
    // Of the specification's reference libraries: the same message in every one of their test suites.
    const secret = new Secret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw');
    const headers = signWebhook({ id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', now: 1_614_265_330_999, body: '{"test": 2432232314}' }, secret);
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek', 'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  it('signs with the bytes of the secret', () => {
    const key = Buffer.from(Array.from({ length: 64 }, (_, at) => at));
    const { 'webhook-signature': signature = '' } = signWebhook({ id: 'i', now: 5_000, body: '{}' }, new Secret(`whsec_${key.toString('base64')}`));
    const wanted = createHmac('sha256', key).update('i.5.{}').digest();
    expect(timingSafeEqual(Buffer.from(signature.slice(3), 'base64'), wanted)).toBe(true);
  });

  it.each(['whsec_short', 'c2VjcmV0'.repeat(5), `whsec_${Buffer.alloc(23).toString('base64')}`, `whsec_${Buffer.alloc(65).toString('base64')}`, 'whsec_ü'])(
    'refuses a secret of another form, and does not show it', (text) => {
      expect(() => signingKey(new Secret(text))).toThrow(expect.objectContaining({ code: 'DOCKET_CREDENTIAL' }));
      expect(() => signingKey(new Secret(text))).not.toThrow(text);
    },
  );
});
