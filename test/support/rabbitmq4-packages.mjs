/**
 * RabbitMQ 4 of Debian 13 in a directory of its own, beside whatever this system has: nothing is installed, and the
 * package sources of the system are not touched. Needs apt-get and dpkg-deb, but no root.
 */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const SOURCE = 'http://deb.debian.org/debian trixie main';
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';
/** What Erlang and RabbitMQ load; the rest of the dependencies is for installing and for tools that are not used. */
const NEEDED = /^(erlang-.+|rabbitmq-server|zlib1g|lib(?!python).+)$/;
const ELF = Buffer.from('\x7fELF', 'latin1');

const run = promisify(execFile);

/**
 * Downloads (about 50 MB) and unpacks, unless `directory` holds a complete tree already.
 * @param status is told what is being done
 * @throws Error when a tool, the key ring or the network is missing
 */
export async function unpackRabbitMq4(directory, status = () => undefined) {
  const complete = path.join(directory, 'complete');
  if (existsSync(complete)) return;
  if (!existsSync(KEYRING)) throw new Error(`${KEYRING} is missing: apt-get install debian-archive-keyring`);
  await rm(directory, { recursive: true, force: true });
  const packages = await download(directory, status);
  status('unpacking');
  const root = path.join(directory, 'root');
  for (const file of packages) await run('dpkg-deb', ['-x', file, root]);
  await makeRunnable(directory, root);
  await writeFile(complete, '');
}

async function download(directory, status) {
  const apt = path.join(directory, 'apt');
  const at = (name) => path.join(apt, name);
  for (const name of ['lists/partial', 'cache/archives/partial', 'packages'])
    await mkdir(at(name), { recursive: true });
  await writeFile(at('sources.list'), `deb [signed-by=${KEYRING}] ${SOURCE}\n`);
  await writeFile(at('status'), '');
  const options = Object.entries({
    'Dir::Etc::sourcelist': at('sources.list'),
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::Etc::preferencesparts': '/dev/null',
    'Dir::State::lists': at('lists'),
    'Dir::State::status': at('status'),
    'Dir::Cache': at('cache'),
    'APT::Sandbox::User': '',
  }).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
  const aptGet = async (args) => {
    const { stdout } = await run('apt-get', [...options, '--quiet=2', ...args], {
      cwd: at('packages'),
      maxBuffer: 64 * 1024 * 1024,
      timeout: 300_000,
    });
    return stdout;
  };
  status('reading the package lists of Debian 13');
  await aptGet(['update']);
  const plan = await aptGet(['--simulate', '--no-install-recommends', 'install', 'rabbitmq-server']);
  const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name).filter((name) => NEEDED.test(name));
  status(`downloading ${names.length} packages`);
  await aptGet(['download', ...names]);
  return (await readdir(at('packages'))).map((name) => path.join(at('packages'), name));
}

/**
 * Programs of a newer Debian need its C library. Each is replaced by a script that starts it with that library's own
 * loader; `bin` gets an `erl` that knows where it lies, since Debian's has /usr/lib/erlang written into it.
 */
async function makeRunnable(directory, root) {
  const libraries = path.join(root, 'usr/lib', await theOne(path.join(root, 'usr/lib'), /-linux-gnu\w*$/));
  const loader = path.join(libraries, await theOne(libraries, /^ld-linux.*\.so\.\d+$/));
  const erlang = path.join(root, 'usr/lib/erlang');
  const programs = path.join(erlang, await theOne(erlang, /^erts-/), 'bin');
  const monitors = path.join(erlang, 'lib', await theOne(path.join(erlang, 'lib'), /^os_mon-/), 'priv/bin');
  for (const place of [programs, monitors]) {
    for (const name of await readdir(place)) {
      const file = path.join(place, name);
      if (!(await isElf(file))) continue;
      await rename(file, `${file}.elf`);
      await script(file, `exec '${loader}' --library-path '${libraries}' "$0.elf" "$@"`);
    }
  }
  const bin = path.join(directory, 'bin');
  await mkdir(bin);
  const environment = `ROOTDIR='${erlang}' BINDIR='${programs}' EMU=beam PROGNAME=erl`;
  await script(path.join(bin, 'erl'), `export ${environment}\nexec "$BINDIR/erlexec" "$@"`);
  await script(path.join(bin, 'epmd'), `exec '${path.join(programs, 'epmd')}' "$@"`);
  const servers = path.join(root, 'usr/lib/rabbitmq/lib');
  await symlink(path.join(servers, await theOne(servers, /^rabbitmq_server-/)), path.join(directory, 'rabbitmq'));
}

async function theOne(directory, pattern) {
  const found = (await readdir(directory)).filter((name) => pattern.test(name));
  if (found.length !== 1) throw new Error(`Expected one ${pattern} in ${directory}, found ${found.length}`);
  return found[0];
}

async function isElf(file) {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    return buffer.equals(ELF);
  } finally {
    await handle.close();
  }
}

async function script(file, lines) {
  await writeFile(file, `#!/bin/sh\n${lines}\n`);
  await chmod(file, 0o755);
}
