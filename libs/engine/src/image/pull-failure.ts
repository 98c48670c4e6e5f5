/**
 * Why an image could not be fetched: the registry refused the credentials or wants some; it limits the rate; it could not be reached, or
 * broke off; the engine's disk is full; there is no variant for this platform; anything else.
 */
export type PullFailure = 'denied' | 'rate-limit' | 'network' | 'disk-full' | 'platform' | 'other';

/** What registries say of an image that is not theirs or not to be seen, and Docker of a name that cannot be one. */
const NOT_FOUND =
  /manifest unknown|manifest for .* not found|repository .* not found|name unknown|repository does not exist|pull access denied|invalid reference format|cannot specify 64-byte/i;

/** The first that matches counts. Words of dockerd, containerd, Podman and the distribution specification's error codes. */
const FAILURES: readonly (readonly [RegExp, PullFailure])[] = [
  [/toomanyrequests|too many requests|rate limit|\b429\b/i, 'rate-limit'],
  [/no space left|disk quota exceeded|insufficient disk/i, 'disk-full'],
  [
    /no matching manifest for|no (?:image|child|manifest) .*(?:platform|architecture)|does not match the specified platform/i,
    'platform',
  ],
  [
    /unauthorized|no basic auth credentials|authentication required|denied|forbidden|incorrect username or password|\b40[13]\b/i,
    'denied',
  ],
  [
    /no such host|server misbehaving|connection (?:refused|reset)|broken pipe|i\/o timeout|timeout|timed out|deadline exceeded|canceled|EOF|unreachable|no route|TLS handshake|stopped sending|ECONN|socket hang up|temporarily|service unavailable|bad gateway|\b50[0234]\b/i,
    'network',
  ],
];

/** @param reason what the engine says @returns `not-found` when there is no such image for whoever asked */
export function pullFailureOf(reason: string): PullFailure | 'not-found' {
  if (NOT_FOUND.test(reason)) return 'not-found';
  return FAILURES.find(([words]) => words.test(reason))?.[1] ?? 'other';
}

/** Failures that may pass by themselves. */
export const isTransient = (failure: PullFailure): boolean => failure === 'rate-limit' || failure === 'network';

/** What whoever reads the error can do. */
export const remedies: Readonly<Record<PullFailure | 'not-found', string>> = {
  'not-found': 'Correct the name or push the image; an image that is not public needs credentials for its registry.',
  denied: 'The registry wants other credentials: ask the operator to set them, then update the actor with force.',
  'rate-limit':
    'The registry limits the number of pulls: it is asked again later, or at once when you update the actor with force.',
  network:
    'The registry does not answer, or broke off: check its name. It is asked again later, or at once when you update the actor with force.',
  'disk-full':
    "The container engine's disk is full: ask the operator to free some of it, then update the actor with force.",
  platform: 'The image has no variant for the platform of this host: build it for that, too.',
  other: 'When the cause is put right, update the actor with force.',
};
