import { AbacoError } from '@abaco/contract';

/** Thrown for a form of the dashboard that names no instance that it may look at. The caller has to correct the field. */
export class InvalidDashboardForm extends AbacoError {
  readonly kind = 'invalid';
  constructor(reason: string) {
    super(`Invalid dashboard request: ${reason}`);
  }
}
