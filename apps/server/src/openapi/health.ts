import { ApiTags } from '@nestjs/swagger';
import { operation } from './operation.js';
import { HealthSchema } from './health-schema.js';

export const ApiHealth = {
  controller: () => ApiTags('health'),
  live: () =>
    operation({
      summary: 'Whether the process can do its work if what it depends on is there',
      description: 'For liveness probes: 503 means that only a restart helps.',
      message: 'The service is alive.',
      result: HealthSchema,
      errors: { 503: 'Not alive: hierarchy.' },
    }),
  ready: () =>
    operation({
      summary:
        'Whether store, broker, container engine and actors answer, the disk has room, and the lease of the host is held',
      description: 'For readiness probes and load balancers.',
      message: 'The service is ready.',
      result: HealthSchema,
      errors: { 503: 'Not ready: broker.' },
    }),
};
