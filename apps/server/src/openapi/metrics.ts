import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { errorResponses, operation } from './operation.js';

export const ApiMetrics = {
  controller: () => ApiTags('metrics'),
  get: () =>
    applyDecorators(
      ApiOperation({
        summary: 'Metrics for Prometheus',
        description: 'For admins by default; web.metrics makes it public, or turns it off.',
      }),
      ApiResponse({
        status: 200,
        description: 'The text format of Prometheus',
        content: { 'text/plain': { schema: { type: 'string' } } },
      }),
      ...errorResponses({ 400: 'Abaco Admin role required.' }),
    ),
};

export const ApiCronPass = {
  controller: () => ApiTags('metrics'),
  get: () =>
    operation({
      summary: 'Does nothing: cron schedules run by themselves',
      description: 'For scripts that asked the original for each pass.',
      message: 'Cron schedules run by themselves: there is nothing to do.',
    }),
};
