import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from './eventually.js';
import { freePort } from './server-process.js';

const START_DEADLINE_MS = 90_000;

/** Where the programs of a RabbitMQ lie. */
export interface RabbitMqInstallation {
  /** The script that starts the server; not the wrapper of /usr/sbin, which changes the user. */
  readonly server: string;
  readonly epmd: string;
  /** Directories to search for `erl` before those of PATH. */
  readonly path: readonly string[];
  readonly plugins: readonly string[];
}

/** RabbitMQ 3.10 as Debian 12 packages it. */
export const DEBIAN_RABBITMQ: RabbitMqInstallation = {
  server: '/usr/lib/rabbitmq/bin/rabbitmq-server',
  epmd: '/usr/bin/epmd',
  path: [],
  plugins: ['rabbitmq_amqp1_0', 'rabbitmq_management'],
};

/** RabbitMQ 4 as rabbitmq4-packages.mjs unpacked it. Its AMQP 1.0 and queue administration need no plugin. */
export function unpackedRabbitMq4(directory: string): RabbitMqInstallation {
  return {
    server: join(directory, 'rabbitmq/sbin/rabbitmq-server'),
    epmd: join(directory, 'bin/epmd'),
    path: [join(directory, 'bin')],
    plugins: [],
  };
}

/** How often it counts the messages of its queues, milliseconds; the default is 5,000. */
const STATISTICS_EVERY_MS = 1_000;
/** An idle Erlang keeps a processor for a while, in case something comes: many brokers beside each other take it from each other. */
const NO_BUSY_WAITING = '+sbwt none +sbwtdcpu none +sbwtdio none';

/** A RabbitMQ of its own: loopback only, free ports, its own epmd, data in a temporary directory; no systemd, any user. */
export class RabbitMqServer {
  private server: ChildProcess | undefined;

  private constructor(
    private readonly installation: RabbitMqInstallation,
    private readonly directory: string,
    private readonly ports: { amqp: number; management: number; distribution: number; epmd: number },
    private readonly epmd: ChildProcess,
  ) {}

  /** Starts a fresh one and waits until it takes connections. @throws Error when RabbitMQ is not installed */
  static async start(installation: RabbitMqInstallation = DEBIAN_RABBITMQ): Promise<RabbitMqServer> {
    if (!existsSync(installation.server)) {
      throw new Error(
        `${installation.server} is missing. On Debian 12: apt-get install -y --no-install-recommends rabbitmq-server`,
      );
    }
    const directory = await mkdtemp(join(tmpdir(), 'abaco-rabbitmq-'));
    const ports = {
      amqp: await freePort(),
      management: await freePort(),
      distribution: await freePort(),
      epmd: await freePort(),
    };
    const epmd = spawn(installation.epmd, ['-port', String(ports.epmd), '-address', '127.0.0.1'], { stdio: 'ignore' });
    endWithThisProcess(epmd, () => epmd.kill('SIGKILL'));
    const rabbit = new RabbitMqServer(installation, directory, ports, epmd);
    await rabbit.configure();
    try {
      await rabbit.launch();
    } catch (error) {
      await rabbit.stop();
      throw error;
    }
    return rabbit;
  }

  get uri(): string {
    return `amqp://guest:guest@127.0.0.1:${this.ports.amqp}`;
  }

  get managementUri(): string {
    return `http://guest:guest@127.0.0.1:${this.ports.management}`;
  }

  get port(): number {
    return this.ports.amqp;
  }

  /** Runs `rabbitmqctl`, for example with `set_vm_memory_high_watermark 0`. @returns what it prints */
  async control(...args: readonly string[]): Promise<string> {
    const program = join(dirname(this.installation.server), 'rabbitmqctl');
    const { stdout } = await promisify(execFile)(program, [...args], { env: this.environment, timeout: 60_000 });
    return stdout;
  }

  /** Whether it has too little memory or disk, and takes no messages. */
  async isAlarmed(): Promise<boolean> {
    return (await this.control('eval', 'rabbit_alarm:get_alarms().')).trim() !== '[]';
  }

  /** kill -9. Its data stays. */
  async kill(): Promise<void> {
    const { server } = this;
    if (!server) return;
    killGroup(server);
    await ended(server);
    this.server = undefined;
    // The script ends before the Erlang machine, which accepts connections until it is gone.
    await eventually('the killed RabbitMQ is gone', () =>
      reachable(this.ports.amqp).then(
        () => false,
        () => true,
      ),
    );
  }

  /** Starts it again after `kill`, on the same ports with the same data. */
  async restart(): Promise<void> {
    await this.kill();
    await this.launch();
  }

  /** Ends it and removes its data. */
  async stop(): Promise<void> {
    await this.kill();
    this.epmd.kill('SIGKILL');
    await ended(this.epmd);
    await rm(this.directory, { recursive: true, force: true });
  }

  private async configure(): Promise<void> {
    for (const name of ['home', 'data', 'log']) await mkdir(join(this.directory, name));
    const { amqp, management } = this.ports;
    const { plugins } = this.installation;
    const settings = [
      `listeners.tcp.1 = 127.0.0.1:${amqp}`,
      'disk_free_limit.absolute = 10MB',
      `collect_statistics_interval = ${STATISTICS_EVERY_MS}`,
    ];
    if (plugins.includes('rabbitmq_management')) {
      settings.push('management.tcp.ip = 127.0.0.1', `management.tcp.port = ${management}`);
    }
    await writeFile(join(this.directory, 'rabbitmq.conf'), settings.join('\n') + '\n');
    await writeFile(join(this.directory, 'enabled_plugins'), `[${plugins.join(',')}].\n`);
  }

  private get environment(): NodeJS.ProcessEnv {
    const at = (name: string): string => join(this.directory, name);
    return {
      PATH: [...this.installation.path, process.env.PATH].join(delimiter),
      HOME: at('home'),
      RABBITMQ_NODENAME: `abaco${this.ports.amqp}@localhost`,
      RABBITMQ_CONF_ENV_FILE: '/dev/null',
      RABBITMQ_CONFIG_FILE: at('rabbitmq.conf'),
      RABBITMQ_ENABLED_PLUGINS_FILE: at('enabled_plugins'),
      RABBITMQ_MNESIA_BASE: at('data'),
      RABBITMQ_LOG_BASE: at('log'),
      RABBITMQ_PID_FILE: at('pid'),
      RABBITMQ_DIST_PORT: String(this.ports.distribution),
      RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS: `-kernel inet_dist_use_interface {127,0,0,1} ${NO_BUSY_WAITING}`,
      ERL_EPMD_ADDRESS: '127.0.0.1',
      ERL_EPMD_PORT: String(this.ports.epmd),
    };
  }

  private async launch(): Promise<void> {
    const at = (name: string): string => join(this.directory, name);
    const server = spawn('/bin/sh', ['-c', 'ulimit -n "$(ulimit -Hn)"; exec "$0"', this.installation.server], {
      stdio: 'ignore',
      detached: true,
      env: this.environment,
    });
    this.server = server;
    endWithThisProcess(server, () => killGroup(server));
    await eventually(
      `RabbitMQ takes connections (logs in ${at('log')})`,
      async () => {
        if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
        await reachable(this.ports.amqp);
        if (this.installation.plugins.includes('rabbitmq_management')) await reachable(this.ports.management);
        return true;
      },
      START_DEADLINE_MS,
    );
  }
}

/** The start script and the Erlang machine under it. */
function killGroup(leader: ChildProcess): void {
  try {
    if (leader.pid !== undefined) process.kill(-leader.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended already
  }
}

/** A test run that is interrupted leaves nothing running. */
function endWithThisProcess(child: ChildProcess, end: () => void): void {
  process.on('exit', end);
  child.on('exit', () => process.off('exit', end));
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
}

async function reachable(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
  } finally {
    socket.destroy();
  }
}
