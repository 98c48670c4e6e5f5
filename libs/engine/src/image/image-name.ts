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
