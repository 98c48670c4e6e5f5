import { readFileSync } from 'node:fs';
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import type { RawValue } from './option.js';
import type { Setting, SourceContent } from './setting.js';

/** Scalars are texts as they stand in the file (the failsafe schema), so that a version of `1.0` stays `1.0`. */
const textOf = ({ value }: Scalar): string => (typeof value === 'string' ? value : '');

function rawValue(node: unknown): RawValue | undefined {
  if (node === null) return '';
  if (isScalar(node)) return textOf(node);
  if (isSeq(node) && node.items.every((item) => isScalar(item))) return node.items.filter(isScalar).map(textOf);
  return undefined;
}

/**
 * Reads `section: { option: value }` and `tenants: { TENANT: { option: value } }` from a YAML file.
 * @returns the settings with their lines; a file that cannot be read or parsed is a problem, not an exception
 */
export function readYamlFile(file: string): SourceContent {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (error) {
    return { settings: [], problems: [`${file}: cannot be read (${(error as Error).message}).`] };
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const at = (node: unknown): string => {
    const offset = (node as Node | null)?.range?.[0];
    return offset === undefined ? file : `${file}:${lines.linePos(offset).line}`;
  };
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      (error) => `${file}:${lines.linePos(error.pos[0]).line}: not valid YAML: ${error.message}`,
    );
    return { settings: [], problems };
  }

  const settings: Setting[] = [];
  const problems: string[] = [];
  const isEmpty = (node: unknown): boolean => rawValue(node) === '';
  if (isEmpty(document.contents)) return { settings, problems };
  if (!isMap(document.contents)) return { settings, problems: [`${file}: must hold sections, such as "web:".`] };
  for (const { key, value } of document.contents.items) {
    const section = String(rawValue(key));
    if (isEmpty(value)) continue;
    if (!isMap(value)) {
      problems.push(`${at(key)}: ${section} must be a section with options below it.`);
      continue;
    }
    for (const entry of value.items) {
      const name = String(rawValue(entry.key));
      if (section.toLowerCase() === 'tenants' && isMap(entry.value)) {
        for (const option of entry.value.items) {
          const value = rawValue(option.value);
          const full = `${name}_${String(rawValue(option.key))}`;
          if (value === undefined) problems.push(`${at(option.key)}: tenants.${full} must be a value.`);
          else settings.push({ section, name: full, value, origin: at(option.key) });
        }
        continue;
      }
      const raw = rawValue(entry.value);
      if (raw === undefined) problems.push(`${at(entry.key)}: ${section}.${name} must be a value or a list of values.`);
      else settings.push({ section, name, value: raw, origin: at(entry.key) });
    }
  }
  return { settings, problems };
}
