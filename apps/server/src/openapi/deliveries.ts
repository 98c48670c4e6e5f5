import { applyDecorators } from '@nestjs/common';
import { DeliveriesSchema } from './delivery-schemas.js';
import { actorParam, noSuchActor, operation, pageParameters, resource } from './operation.js';

export const ApiDeliveries = {
  controller: () => resource('actors'),
  list: () =>
    applyDecorators(
      actorParam(),
      pageParameters(),
      operation({
        summary: 'List the deliveries of the events of an actor',
        description:
          'What was sent to its link and webhook, and how that went, the newest first; 100 unless a page is asked for. Each is kept for seven days after its end.',
        message: 'Deliveries retrieved successfully.',
        result: DeliveriesSchema,
        errors: { 400: 'page_size must be an integer from 1 to 1000.', ...noSuchActor },
      }),
    ),
};
