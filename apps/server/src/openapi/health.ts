import { ApiTags } from '@nestjs/swagger';
import { operation } from './operation.js';
import { HealthSchema } from './schemas.js';

export const ApiHealth = {
  controller: () => ApiTags('health'),
  live: () =>
    operation({
      summary: 'Whether the process answers',
      description: 'For liveness probes: it looks at nothing else.',
      message: 'The service is alive.',
      result: HealthSchema,
    }),
  ready: () =>
    operation({
      summary: 'Whether store, broker and container engine answer',
      description: 'For readiness probes and load balancers.',
      message: 'The service is ready.',
      result: HealthSchema,
      errors: { 503: 'Not ready: broker.' },
    }),
};
