import { provideSampleImage } from '../../scripts/lib/sample-image.mjs';

/** An actor that does next to nothing: what is left is the cost of running it. */
export const ECHO_IMAGE = 'abaco/bench-echo:1';

/** An actor that does nothing for an hour: its only worker stays busy, and messages pile up unexecuted. */
export const IDLE_IMAGE = 'abaco/bench-idle:1';

/** Builds the images of the benchmark unless the engine has them. */
export async function provideBenchImages(context) {
  await provideSampleImage({ ...context, image: ECHO_IMAGE, command: ['/bin/echo', 'hello'] });
  await provideSampleImage({ ...context, image: IDLE_IMAGE, command: ['/bin/sleep', '3600'] });
}
