const SCHEME = 'function:';

/** A name of a function is a tag in Docker's grammar, so that `function:<name>` can stand wherever an image can. */
const NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/;

/** What an actor gives as its image to have a function of this process run. */
export function functionImage(name: string): string {
  return `${SCHEME}${name}`;
}

/** @returns the name of the function; undefined for the image of a container */
export function functionName(image: string): string | undefined {
  return image.startsWith(SCHEME) ? image.slice(SCHEME.length) : undefined;
}

export function isFunctionName(name: string): boolean {
  return NAME.test(name);
}
