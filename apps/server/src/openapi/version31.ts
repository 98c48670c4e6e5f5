/** Any part of a description. */
type Node = Record<string, unknown>;

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Members whose values are data, not parts of the description. */
const DATA = new Set(['example', 'examples', 'default', 'enum', 'const']);
/** Maps from names of users to schemas: a property may be called `nullable` or `example`. */
const MAPS = new Set(['properties', 'patternProperties', '$defs', 'schemas']);

/**
 * What the decorators say in the words of OpenAPI 3.0, in those of 3.1, whose schemas are JSON Schema 2020-12: `nullable` becomes a type, `example` of a
 * schema becomes `examples`, binary texts have no type.
 */
export function inVersion31(node: unknown, isSchema = false): unknown {
  if (Array.isArray(node)) return node.map((item) => inVersion31(item, isSchema));
  if (!isNode(node)) return node;
  const entries = Object.entries(node).map(([name, value]): [string, unknown] => {
    if (DATA.has(name)) return [name, value];
    if (MAPS.has(name) && isNode(value)) return [name, mapped(value)];
    return [name, inVersion31(value, name === 'schema' || (isSchema && name !== 'externalDocs'))];
  });
  const converted = Object.fromEntries(entries);
  return isSchema ? schema31(converted) : converted;
}

const mapped = (schemas: Node): Node =>
  Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, inVersion31(schema, true)]));

function schema31(schema: Node): Node {
  const { nullable, example, ...rest } = schema;
  const shown = example === undefined ? rest : { ...rest, examples: [example] };
  if (nullable !== true) return shown;
  const { $ref, allOf, anyOf, type, enum: values, ...others } = shown;
  if (Array.isArray(anyOf)) return { ...others, anyOf: [...(anyOf as unknown[]), { type: 'null' }] };
  if ($ref !== undefined || allOf !== undefined) {
    const whole = $ref === undefined ? { allOf } : { $ref };
    return { ...others, anyOf: [whole, { type: 'null' }] };
  }
  return {
    ...others,
    ...(type === undefined ? {} : { type: [type, 'null'].flat() }),
    ...(Array.isArray(values) ? { enum: [...(values as unknown[]), null] } : {}),
  };
}
