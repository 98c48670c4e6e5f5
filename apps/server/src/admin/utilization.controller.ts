import { Controller, Get } from '@nestjs/common';
import type { Envelope } from '@abaco/contract';
import { Administration } from '@abaco/runtime';
import { Answers } from '../http/answers.js';
import { Needs } from '../http/needs.js';
import { ApiUtilization } from '../openapi/admin.js';

/** How much the installation is used: numbers over all tenants, whatever the letter case of fields is (contract 2.11). */
@ApiUtilization.controller()
@Controller('actors/utilization')
export class UtilizationController {
  constructor(
    private readonly administration: Administration,
    private readonly answers: Answers,
  ) {}

  @ApiUtilization.get()
  @Needs('user')
  @Get()
  async get(): Promise<Envelope> {
    return this.answers.success(await this.administration.utilization(), 'Abaco utilization returned successfully.');
  }
}
