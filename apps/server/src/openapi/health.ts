import { ApiTags } from '@nestjs/swagger';
import { operation } from './operation.js';
import { HealthSchema } from './schemas.js';

export const ApiHealth = {
  controller: () => ApiTags('health'),
  live: () =>
    operation({ summary: 'Whether the process answers', message: 'The service is alive.', result: HealthSchema }),
  ready: () =>
    operation({
      summary: 'Whether store, broker and container engine answer',
      message: 'The service is ready.',
      result: HealthSchema,
      errors: { 503: 'Not ready: broker.' },
    }),
};
