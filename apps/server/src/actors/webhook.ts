import { InvalidActorDescription } from './errors.js';

/** Characters of an URL that every server and proxy takes. */
const MAX_LENGTH = 2_048;

/**
 * The URL of a webhook; `""` is none. Whether its address may be connected to is found out when it is.
 * @throws InvalidActorDescription
 */
export function checkedWebhook(webhook: string): string {
  if (webhook === '') return '';
  if (webhook.length > MAX_LENGTH) {
    throw InvalidActorDescription.because(`webhook has more than ${MAX_LENGTH} characters.`);
  }
  if (!URL.canParse(webhook) || !/^https?:$/.test(new URL(webhook).protocol)) {
    throw InvalidActorDescription.because('webhook must be a URL that begins with http:// or https://.');
  }
  const { username, password } = new URL(webhook);
  if (username !== '' || password !== '') {
    throw InvalidActorDescription.because(
      'webhook must not contain a user name or password: everybody who may read the actor would see them.',
    );
  }
  return webhook;
}
