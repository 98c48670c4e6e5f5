import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestKey } from './tokens.js';

/** A JWKS endpoint on loopback that counts its requests. */
export class JwksServer {
  requests = 0;
  keys: Readonly<Record<string, TestKey>> = {};
  /** Does something else than answering with the keys. */
  answer: ((response: ServerResponse) => void) | undefined;
  private readonly server: Server;

  private constructor() {
    this.server = createServer((_, response) => {
      this.requests++;
      if (this.answer !== undefined) return this.answer(response);
      const keys = Object.entries(this.keys).map(([kid, key]) => ({ ...key.publicKey.export({ format: 'jwk' }), kid }));
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }));
    });
  }

  static async start(): Promise<JwksServer> {
    const jwks = new JwksServer();
    await new Promise<void>((resolve) => jwks.server.listen(0, '127.0.0.1', resolve));
    return jwks;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/jwks.json`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
