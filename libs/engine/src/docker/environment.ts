/** Linux `MAX_ARG_STRLEN`: a longer string lets the start succeed and the program fail. The limit counts a closing NUL. */
const MAX_STRING_BYTES = 131_071;

/** A variable that no program can be given. `message` names it and says why. */
export class InvalidEnvironment extends Error {}

/**
 * The environment in Docker's form: `KEY=value`, and the bare `KEY` for null, which unsets the image's own value (contract 4.3.2).
 * @throws InvalidEnvironment when a name is empty or has `=`, on a NUL, and when name and value together exceed 131,071 bytes
 */
export function renderEnvironment(environment: Readonly<Record<string, string | null>>): string[] {
  return Object.entries(environment).map(([name, value]) => {
    if (name === '' || name.includes('=')) {
      throw new InvalidEnvironment(`the environment variable name "${name}" is empty or contains "=".`);
    }
    const text = value === null ? name : `${name}=${value}`;
    if (text.includes('\0')) throw new InvalidEnvironment(`the environment variable ${name} contains a NUL character.`);
    const bytes = Buffer.byteLength(text);
    if (bytes > MAX_STRING_BYTES) {
      throw new InvalidEnvironment(
        `the environment variable ${name} takes ${bytes} bytes, more than the ${MAX_STRING_BYTES} that the kernel allows. ` +
          'Send it as a binary message.',
      );
    }
    return text;
  });
}
