import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type ImageContent, MANIFEST_TYPE } from './image-archive.js';

/** What becomes of a request, instead of its answer: a status, an answer that breaks off, or none at all. */
export type Fault = 401 | 403 | 404 | 429 | 503 | 'cut' | 'hang';

/** A request as faults see it. */
export interface RegistryRequest {
  readonly method: string;
  readonly path: string;
  /** Who asks; undefined: anybody. */
  readonly user: string | undefined;
}

const ERROR_CODES = {
  401: 'UNAUTHORIZED',
  403: 'DENIED',
  404: 'MANIFEST_UNKNOWN',
  429: 'TOOMANYREQUESTS',
  503: 'UNAVAILABLE',
} as const;

const PLATFORM_LIST = 'application/vnd.docker.distribution.manifest.list.v2+json';

/**
 * The pull half of the OCI distribution specification on the loopback interface, which Docker takes without TLS: manifests and blobs,
 * basic authentication, and faults on demand.
 */
export class TestRegistry {
  /** All requests for images so far. */
  readonly requests: RegistryRequest[] = [];
  /** Decides on each request for an image; undefined: it is answered. */
  fault: (request: RegistryRequest) => Fault | undefined = () => undefined;
  /** What requests for configurations and layers wait for before they are answered. */
  hold: Promise<void> | undefined;
  private readonly manifests = new Map<string, { type: string; bytes: Buffer; digest: string }>();
  private readonly blobs = new Map<string, Buffer>();
  private readonly passwords = new Map<string, string>();
  /** Repositories and who may read them; not in it: every user. */
  private readonly readers = new Map<string, readonly string[]>();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<TestRegistry> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const registry = new TestRegistry(server);
    server.on('request', (request, response) => void registry.serve(request, response));
    return registry;
  }

  /** `127.0.0.1:<port>`, as it stands before an image's name. */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** With the first one the registry is closed to everybody else. */
  addUser(user: string, password: string): void {
    this.passwords.set(user, password);
  }

  /** @param readers users who may fetch it; none: all @returns the image's name */
  push(repository: string, tag: string, image: ImageContent, readers?: readonly string[]): string {
    const entry = { type: MANIFEST_TYPE, bytes: image.manifest.bytes, digest: image.manifest.digest };
    this.manifests.set(`${repository}:${tag}`, entry);
    this.manifests.set(`${repository}:${image.manifest.digest}`, entry);
    for (const { digest, bytes } of [image.config, ...image.layers]) this.blobs.set(digest, bytes);
    if (readers) this.readers.set(repository, readers);
    return `${this.host}/${repository}:${tag}`;
  }

  /** A list of manifests with none but one of this platform. @returns the image's name */
  pushForPlatform(repository: string, tag: string, image: ImageContent, architecture: string): string {
    const { bytes, digest } = image.manifest;
    const platform = { architecture, os: 'linux' };
    const manifests = [{ mediaType: MANIFEST_TYPE, digest, size: bytes.length, platform }];
    const list = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: PLATFORM_LIST, manifests }));
    this.manifests.set(`${repository}:${tag}`, { type: PLATFORM_LIST, bytes: list, digest: '' });
    return `${this.host}/${repository}:${tag}`;
  }

  /** Requests for manifests since the start. */
  manifestRequests(repository: string): RegistryRequest[] {
    return this.requests.filter(({ path }) => path.startsWith(`/v2/${repository}/manifests/`));
  }

  /** Requests for configurations and layers since the start. */
  blobRequests(repository: string): RegistryRequest[] {
    return this.requests.filter(({ path }) => path.startsWith(`/v2/${repository}/blobs/`));
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(incoming.url ?? '/');
    const request = { method: incoming.method ?? 'GET', path, user: this.userOf(incoming) };
    const [, repository = '', kind = '', reference = ''] = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path) ?? [];
    if (kind === '') {
      // the probe: what it says of authentication holds for all requests
      if (this.passwords.size > 0 && request.user === undefined) refuse(response, 401);
      else response.end('{}');
      return;
    }
    this.requests.push(request);
    if (kind === 'blobs') await this.hold;
    const fault = this.fault(request) ?? this.refusal(repository, request.user);
    if (fault === 'hang') return;
    if (fault !== undefined && fault !== 'cut') return refuse(response, fault);
    const entry = this.manifests.get(`${repository}:${reference}`);
    const body = kind === 'manifests' ? entry?.bytes : this.blobs.get(reference);
    if (!body) return refuse(response, 404);
    response.setHeader('Content-Type', kind === 'manifests' ? (entry?.type ?? '') : 'application/octet-stream');
    if (kind === 'blobs' || entry?.digest) response.setHeader('Docker-Content-Digest', entry?.digest ?? reference);
    response.setHeader('Content-Length', body.length);
    if (request.method === 'HEAD') response.end();
    else if (fault === 'cut') response.write(body.subarray(0, body.length / 2), () => response.destroy());
    else response.end(body);
  }

  private userOf({ headers }: IncomingMessage): string | undefined {
    const [, encoded = ''] = /^Basic (.+)$/.exec(headers.authorization ?? '') ?? [];
    const [user = '', ...password] = Buffer.from(encoded, 'base64').toString().split(':');
    return user !== '' && this.passwords.get(user) === password.join(':') ? user : undefined;
  }

  private refusal(repository: string, user: string | undefined): 401 | 403 | undefined {
    if (this.passwords.size === 0) return undefined;
    if (user === undefined) return 401;
    return this.readers.get(repository)?.includes(user) === false ? 403 : undefined;
  }
}

function refuse(response: ServerResponse, status: keyof typeof ERROR_CODES): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'application/json');
  if (status === 401) response.setHeader('WWW-Authenticate', 'Basic realm="test"');
  response.end(JSON.stringify({ errors: [{ code: ERROR_CODES[status], message: ERROR_CODES[status].toLowerCase() }] }));
}
