import { provideSampleImage } from '../../scripts/lib/sample-image.mjs';

/** An image whose containers do nothing for an hour: its actor's only worker is busy, and messages pile up unexecuted. */
export const IDLE_IMAGE = 'abaco/bench-idle:1';

/** Builds the idle image unless the engine has it. */
export const provideIdleImage = (context) =>
  provideSampleImage({ ...context, image: IDLE_IMAGE, command: ['/bin/sleep', '3600'] });
