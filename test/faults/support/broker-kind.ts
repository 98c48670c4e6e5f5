export type BrokerKind = 'embedded' | 'rabbitmq';

/** All of them: what holds, holds beside each. */
export const BROKERS: readonly BrokerKind[] = ['embedded', 'rabbitmq'];
