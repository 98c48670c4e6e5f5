export type BrokerKind = 'embedded' | 'rabbitmq';

/** All of them: what holds, holds beside each. */
export const BROKERS: readonly BrokerKind[] = ['embedded', 'rabbitmq'];

/** Of tests that choose none: each of them can run beside the other one, too (CONTRIBUTING.md). */
export const DEFAULT_BROKER = brokerNamed(process.env.ABACO_TEST_BROKER ?? 'embedded');

function brokerNamed(name: string): BrokerKind {
  const found = BROKERS.find((each) => each === name);
  if (!found) throw new Error(`ABACO_TEST_BROKER=${name}: must be one of ${BROKERS.join(', ')}.`);
  return found;
}
