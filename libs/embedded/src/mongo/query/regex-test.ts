import { RE2JS } from 're2js';
import { checkOptions, compileRegex } from './regex.js';

/** Whether a pattern repeats anything: without repetition no pattern takes long. */
const repeats = (pattern: string): boolean => /[*+?{]/.test(pattern);

/**
 * Whether a pattern occurs in a text. Patterns may come from users, and the one thread of this process does everything: what RE2
 * can express is matched in linear time. The rest, look-around and back references, is left to the engine of the platform.
 * @throws CommandFailure BadValue
 */
export function regexTest(pattern: string, options: string): (text: string) => boolean {
  checkOptions(options);
  const linear = (): ((text: string) => boolean) => {
    const compiled = RE2JS.compile(pattern, flagsOf(options));
    return (text) => compiled.matcher(text).find();
  };
  const platform = (): ((text: string) => boolean) => {
    const regex = compileRegex(pattern, options);
    return (text) => regex.test(text);
  };
  const [preferred, other] = repeats(pattern) ? [linear, platform] : [platform, linear];
  try {
    return preferred();
  } catch {
    return orFailWith(other, platform);
  }
}

/** What `attempt` makes, or what `fallback` makes or throws. */
function orFailWith<T>(attempt: () => T, fallback: () => T): T {
  try {
    return attempt();
  } catch {
    return fallback();
  }
}

function flagsOf(options: string): number {
  let flags = 0;
  if (options.includes('i')) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.includes('m')) flags |= RE2JS.MULTILINE;
  if (options.includes('s')) flags |= RE2JS.DOTALL;
  return flags;
}
