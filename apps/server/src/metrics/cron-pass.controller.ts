import { Controller, Get } from '@nestjs/common';
import type { Envelope } from '@abaco/contract';
import { Public } from '../http/access.guard.js';
import { Answers } from '../http/answers.js';
import { ApiCronPass } from '../openapi/metrics.js';

/**
 * Where the original's clock had to ask for each pass over the cron schedules (contract 2.18): they run by themselves, so there is
 * nothing to do, and the scripts that ask go on working.
 */
@Public()
@ApiCronPass.controller()
@Controller('cron')
export class CronPassController {
  constructor(private readonly answers: Answers) {}

  @ApiCronPass.get()
  @Get()
  get(): Envelope {
    return this.answers.success(null, 'Cron schedules run by themselves: there is nothing to do.');
  }
}
