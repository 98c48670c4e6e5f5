import { builtLibrary } from './build.mjs';
import { provideBusybox } from './busybox.mjs';
import { hasImage } from './container-engine.mjs';

/** The sample actor: made from files of this machine, so that no registry is needed. */
export const SAMPLE_IMAGE = 'abaco/sample:1';

/**
 * Builds the sample image unless the engine has it.
 * @param image another name, for an image with the same files and another `command`
 */
export async function provideSampleImage({ engineUrl, image = SAMPLE_IMAGE, command, ...context }) {
  if (await hasImage(engineUrl, image)) return 'already there';
  const busybox = await provideBusybox(context);
  const { SAMPLE_IMAGE_CONFIG, buildImage, sampleImageFiles } = await builtLibrary('engine');
  const config = { ...SAMPLE_IMAGE_CONFIG, ...(command && { cmd: command }) };
  await buildImage(engineUrl, image, await sampleImageFiles(busybox), config);
  return `built of ${busybox}`;
}
