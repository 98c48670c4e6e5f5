import { AbacoError } from '@abaco/contract';

/** Thrown for a `cron_schedule` that cannot be followed (contract 2.16). The caller has to correct it. */
export class InvalidCronSchedule extends AbacoError {
  readonly kind = 'invalid';
}
