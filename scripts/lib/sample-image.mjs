import { provideBusybox } from './busybox.mjs';
import { hasImage } from './container-engine.mjs';
import { fromRoot } from './repository.mjs';

/** The sample actor: made from files of this machine, so that no registry is needed. */
export const SAMPLE_IMAGE = 'abaco/sample:1';

/** Builds the sample image unless the engine has it. */
export async function provideSampleImage({ engineUrl, ...context }) {
  if (await hasImage(engineUrl, SAMPLE_IMAGE)) return 'already there';
  const busybox = await provideBusybox(context);
  const { SAMPLE_IMAGE_CONFIG, buildImage, sampleImageFiles } = await import(fromRoot('dist/libs/engine/src/index.js'));
  await buildImage(engineUrl, SAMPLE_IMAGE, await sampleImageFiles(busybox), SAMPLE_IMAGE_CONFIG);
  return `built of ${busybox}`;
}
