/** An image reference with its default made explicit: without tag or digest it means `latest`. */
export function withDefaultTag(image: string): string {
  return splitImageName(image).version === undefined ? `${image}:latest` : image;
}

/** `registry:5000/name:tag` in two; `version` is a tag or a digest. A colon before a slash belongs to the registry's port. */
export function splitImageName(image: string): { repository: string; version?: string } {
  const digest = image.indexOf('@');
  if (digest >= 0) return { repository: image.slice(0, digest), version: image.slice(digest + 1) };
  const colon = image.lastIndexOf(':');
  if (colon <= image.lastIndexOf('/')) return { repository: image };
  return { repository: image.slice(0, colon), version: image.slice(colon + 1) };
}

/** True when `image` has the letters of a reference (Docker's grammar is finer: the engine has the last word). */
export function isImageName(image: string): boolean {
  return /^[a-z0-9](?:[\w.:@-]|\/(?=[a-z0-9]))*$/i.test(image) && !image.includes('..');
}

/** True for the id of an image, which engines take in place of a name. */
export const isImageId = (image: string): boolean => /^(sha256:)?[0-9a-f]{64}$/i.test(image);
