import { provideBusybox } from './busybox.mjs';
import { fromRoot } from './repository.mjs';

/** The sample actor: made from files of this machine, no network needed. */
export const SAMPLE_IMAGE = 'abaco/sample:1';
