import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type RequestOptions } from 'node:https';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.js';
import { freePort } from './server-process.js';

const run = promisify(execFile);

const NGINX = '/usr/sbin/nginx';
const TEMPLATE = 'deploy/nginx/abaco.conf.template';

/** What `deploy/nginx` leaves open, except for addresses and certificates. */
export interface NginxSettings {
  /** `host:port` of the service. */
  readonly upstream: string;
  /** As nginx writes sizes and times. */
  readonly maxBody: string;
  readonly timeout: string;
}

/** The proxy of `deploy/nginx` on the loopback interface, with a certificate of its own. */
export class Nginx {
  private constructor(
    readonly port: number,
    private readonly certificate: Buffer,
    private readonly directory: string,
    private readonly child: ChildProcess,
  ) {}

  static async start({ upstream, maxBody, timeout }: NginxSettings): Promise<Nginx> {
    if (!existsSync(NGINX)) throw new Error(`There is no ${NGINX}: install the package nginx-light.`);
    const directory = await mkdtemp(join(tmpdir(), 'abaco-nginx-'));
    const port = await freePort();
    const [certificate, key] = [join(directory, 'tls.crt'), join(directory, 'tls.key')];
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'ec',
      '-pkeyopt',
      'ec_paramgen_curve:prime256v1',
      '-nodes',
      '-keyout',
      key,
      '-out',
      certificate,
      ...subject,
    ]);
    const values: Readonly<Record<string, string>> = {
      ABACO_UPSTREAM: upstream,
      ABACO_PROXY_PORT: `127.0.0.1:${port}`,
      ABACO_TLS_CERTIFICATE: certificate,
      ABACO_TLS_KEY: key,
      ABACO_PROXY_MAX_BODY: maxBody,
      ABACO_PROXY_TIMEOUT: timeout,
    };
    const template = await readFile(TEMPLATE, 'utf8');
    const server = template.replace(/\$\{(ABACO_\w+)\}/g, (_, name: string) => {
      const value = values[name];
      if (value === undefined) throw new Error(`${TEMPLATE} has the variable ${name}, which nobody sets.`);
      return value;
    });
    const main = `daemon off; worker_processes 1; pid ${directory}/nginx.pid; error_log stderr warn;
      events { worker_connections 256; }
      http { access_log off; client_body_temp_path ${directory}/body; proxy_temp_path ${directory}/proxy;
        fastcgi_temp_path ${directory}/fastcgi; uwsgi_temp_path ${directory}/uwsgi; scgi_temp_path ${directory}/scgi;
        ${server} }`;
    const file = join(directory, 'nginx.conf');
    await writeFile(file, main);
    const child = spawn(NGINX, ['-p', directory, '-c', file, '-e', 'stderr'], { stdio: ['ignore', 'ignore', 'pipe'] });
    const nginx = new Nginx(port, await readFile(certificate), directory, child);
    let errors = '';
    child.stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    try {
      await eventually('nginx listens', async () => {
        if (child.exitCode !== null) throw new Error(`nginx ended: ${errors}`);
        const socket = connect(port, '127.0.0.1');
        return once(socket, 'connect')
          .then(
            () => true,
            () => false,
          )
          .finally(() => socket.destroy());
      });
    } catch (error) {
      await nginx.stop();
      throw error;
    }
    return nginx;
  }

  /** Resolves when the head of the answer is there. */
  async send(options: RequestOptions, body?: Buffer): Promise<IncomingMessage> {
    const { port, certificate: ca } = this;
    const sent = request({ host: '127.0.0.1', port, ca, servername: 'localhost', agent: false, ...options });
    sent.end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    sent.on('error', () => undefined); // nginx may close before it has read all of a body that it refuses
    return response;
  }

  get(path: string): Promise<IncomingMessage> {
    return this.send({ path });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill('SIGTERM');
      await once(this.child, 'close');
    }
    await rm(this.directory, { recursive: true, force: true });
  }
}
