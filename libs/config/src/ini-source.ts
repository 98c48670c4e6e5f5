import { readFileSync } from 'node:fs';
import type { Setting, SourceContent } from './setting.js';

/** Whether a configuration file is in the original's form, by its name: `abaco.conf`. */
export const isIniFile = (file: string): boolean => /\.(conf|ini|cfg)$/i.test(file);

/**
 * Reads the original's configuration (contract 6.1): `[section]`, then `option: value` or `option = value`; lines that begin with `#` or `;` are
 * comments, indented lines go on with the value before. Nothing is interpolated. An option that is given twice is a problem.
 * @returns the settings with their lines; a file that cannot be read or parsed is a problem, not an exception
 */
export function readIniFile(file: string): SourceContent {
  try {
    return parseIni(readFileSync(file, 'utf8'), file);
  } catch (error) {
    return { settings: [], problems: [`${file}: cannot be read (${(error as Error).message}).`] };
  }
}

function parseIni(source: string, file: string): SourceContent {
  const settings = new Map<string, Setting>();
  const problems: string[] = [];
  let section: string | undefined;
  let last: string | undefined;
  for (const [index, line] of source.split(/\r?\n/).entries()) {
    const origin = `${file}:${index + 1}`;
    const text = line.trim();
    if (text === '' || /^[#;]/.test(text)) continue;
    const continued = last === undefined ? undefined : settings.get(last);
    if (/^\s/.test(line) && last !== undefined && continued) {
      settings.set(last, { ...continued, value: `${String(continued.value)}\n${text}` });
      continue;
    }
    last = undefined;
    const heading = /^\[([^\]]+)\]$/.exec(text)?.[1];
    if (heading !== undefined) {
      section = heading.trim();
      continue;
    }
    const [, name, value = ''] = /^([^:=]*[^:=\s])\s*[:=]\s*(.*)$/.exec(text) ?? [];
    if (name === undefined) {
      problems.push(`${origin}: must be "[section]", "option: value" or "option = value".`);
    } else if (section === undefined) {
      problems.push(`${origin}: ${name} stands before the first section, such as "[web]".`);
    } else {
      last = JSON.stringify([section.toLowerCase(), name.toLowerCase()]);
      const before = settings.get(last);
      if (before) problems.push(`${origin}: ${section}.${name} has a value already (${before.origin}).`);
      else settings.set(last, { section, name, value, origin });
    }
  }
  return { settings: [...settings.values()], problems };
}
