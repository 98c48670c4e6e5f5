import { Aarch64 } from './aarch64.js';
import { staticElf, type Machine } from './static-elf.js';
import { X64 } from './x64.js';

/** Contract 4.6: what is taken of one datagram at most. */
const CAPACITY = 131_072;
const AF_UNIX = 1;
const SOCK_DGRAM = 2;

/** `struct sockaddr_un` of the results socket inside an actor's container. */
const ADDRESS = Buffer.concat([Buffer.from([AF_UNIX, 0]), Buffer.from('/_abaco_results.sock\0')]);

/**
 * A program for actor images without a language of their own: it sends its standard input, up to 131,072 bytes, as one result.
 * Exit code 0 when the kernel took it, else 1.
 */
export function resultsSenderBinary(machine: Machine): Buffer {
  return staticElf(machine, PROGRAMS[machine]());
}

const PROGRAMS: Record<Machine, () => Buffer> = {
  // Linux x86-64: arguments in rdi, rsi, rdx, r10, r8, r9. r12 = socket, r13 = bytes read, rsp = buffer
  x86_64: () =>
    new X64()
      .reserveStack(CAPACITY)
      .set('rdi', AF_UNIX)
      .set('rsi', SOCK_DGRAM)
      .set('rdx', 0)
      .syscall(41) // socket
      .test('rax')
      .jump('negative', 'fail')
      .move('r12', 'rax')
      .set('r13', 0)
      .label('read')
      .set('rdx', CAPACITY)
      .subtract('rdx', 'r13')
      .jump('zero', 'send')
      .move('rsi', 'rsp')
      .add('rsi', 'r13')
      .set('rdi', 0)
      .syscall(0) // read
      .test('rax')
      .jump('negative', 'fail')
      .jump('zero', 'send')
      .add('r13', 'rax')
      .jump('always', 'read')
      .label('send')
      .move('rdi', 'r12')
      .move('rsi', 'rsp')
      .move('rdx', 'r13')
      .set('r10', 0)
      .address('r8', 'address')
      .set('r9', ADDRESS.length)
      .syscall(44) // sendto
      .test('rax')
      .jump('negative', 'fail')
      .set('rdi', 0)
      .label('exit')
      .syscall(60) // exit
      .label('fail')
      .set('rdi', 1)
      .jump('always', 'exit')
      .label('address')
      .data(ADDRESS)
      .finish(),
  // Linux AArch64: arguments in x0 to x5. x19 = socket, x20 = bytes read, x21 = buffer
  aarch64: () =>
    new Aarch64()
      .reserveStack(CAPACITY / 4096, 21)
      .set(0, AF_UNIX)
      .set(1, SOCK_DGRAM)
      .set(2, 0)
      .syscall(198) // socket
      .jumpIfNegative(0, 'fail')
      .move(19, 0)
      .set(20, 0)
      .label('read')
      .set(2, CAPACITY)
      .subtract(2, 2, 20)
      .jumpIfZero(2, 'send')
      .add(1, 21, 20)
      .set(0, 0)
      .syscall(63) // read
      .jumpIfNegative(0, 'fail')
      .jumpIfZero(0, 'send')
      .add(20, 20, 0)
      .jump('read')
      .label('send')
      .move(0, 19)
      .move(1, 21)
      .move(2, 20)
      .set(3, 0)
      .address(4, 'address')
      .set(5, ADDRESS.length)
      .syscall(206) // sendto
      .jumpIfNegative(0, 'fail')
      .set(0, 0)
      .label('exit')
      .syscall(93) // exit
      .label('fail')
      .set(0, 1)
      .jump('exit')
      .label('address')
      .data(ADDRESS)
      .finish(),
};
