import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** An API description as far as answers are concerned. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, DescribedOperation>>>>;
}

interface DescribedOperation {
  readonly responses: Readonly<Record<string, DescribedResponse>>;
}

interface DescribedResponse {
  readonly content?: Readonly<Record<string, { schema?: object }>>;
  readonly headers?: Readonly<Record<string, object>>;
}

/** An answer to be checked. */
export interface CheckedAnswer {
  readonly method: string;
  /** As in the description: `/actors/{actor_id}`. */
  readonly path: string;
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Checks answers against an API description: statuses, media types, schemas. */
export class ApiContract {
  private readonly ajv: Ajv2020;
  private readonly schemas = new Map<string, ValidateFunction>();
  /** `METHOD path status` of all answers that were checked. */
  readonly seen = new Set<string>();

  constructor(private readonly document: ApiDocument) {
    this.ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(this.ajv);
    this.ajv.addSchema(document, 'api');
  }

  /** Every `METHOD path status` that is described. */
  get described(): string[] {
    return Object.entries(this.document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.keys(responses).map((status) => `${method.toUpperCase()} ${path} ${status}`),
      ),
    );
  }

  /** @returns what is wrong with the answer; undefined: nothing */
  problemOf({ method, path, status, headers, body }: CheckedAnswer): string | undefined {
    const name = `${method} ${path} ${status}`;
    const response = this.document.paths[path]?.[method.toLowerCase()]?.responses[String(status)];
    if (response === undefined) return `${name} is not described. It says: ${body.slice(0, 300)}`;
    this.seen.add(name);
    const missing = Object.keys(response.headers ?? {}).find((header) => headers[header.toLowerCase()] === undefined);
    if (missing !== undefined) return `${name} lacks the header ${missing}`;
    const contentType = headers['content-type'];
    const type = typeof contentType === 'string' ? (contentType.split(';')[0] ?? '').trim() : '';
    const { content } = response;
    if (content === undefined) return body === '' ? undefined : `${name} has a body that is not described`;
    if (!Object.hasOwn(content, type)) return `${name} has the type ${type}, which is not described`;
    if (!type.includes('json')) return undefined;
    return this.schemaProblem(name, path, method, status, type, body);
  }

  private schemaProblem(
    name: string,
    path: string,
    method: string,
    status: number,
    type: string,
    body: string,
  ): string | undefined {
    const at = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content', type, 'schema'];
    const pointer = at.map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');
    const validate = this.schemas.get(pointer) ?? this.ajv.compile({ $ref: `api#/${pointer}` });
    this.schemas.set(pointer, validate);
    if (validate(JSON.parse(body))) return undefined;
    return `${name}: ${this.ajv.errorsText(validate.errors)} in ${body.slice(0, 500)}`;
  }
}

/** The path of the description that a request meets; undefined: none. Words win over parameters. */
export function describedPath(document: ApiDocument, url: string): string | undefined {
  const path = (url.split('?', 1)[0] ?? '').replace(/\/{2,}/g, '/').replace(/(?<=.)\/$/, '');
  const matching = Object.keys(document.paths).filter((template) =>
    new RegExp(`^${template.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path),
  );
  return matching.sort((a, b) => a.split('{').length - b.split('{').length)[0];
}
