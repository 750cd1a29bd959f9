import { endianness } from "node:os";

/**
 * A filter of system calls for programs that are not trusted, as the bytes that bubblewrap hands
 * to the kernel (classic BPF); null on a processor whose numbers are not known here. Refused is
 * what a build or a test does not need and what has opened kernels before: mounting, namespaces of
 * one's own, keyrings, modules, BPF, io_uring, typing into a terminal, sockets of the machine that
 * no network namespace holds, and files that run with the rights of their owner, which outside is
 * the director. Tracing one's own processes stays allowed: sanitizers and debuggers do.
 */
export function systemCallFilter(architecture: NodeJS.Architecture): Uint8Array | null {
  const known = NUMBERS[architecture];
  if (known === undefined || endianness() !== "LE") return null;
  const { audit, refused, clone, unseen, ioctl, socket, modes, opens } = known;
  return bytesOf([
    load(ARCHITECTURE),
    ...unlessEqual(audit, [answer(EPERM)]),
    load(NUMBER),
    // The same calls under other numbers (x32) would pass by all that follows.
    ...(architecture === "x64" ? [jump(JUMP_AT_LEAST, 0x4000_0000, 0, 1), answer(EPERM)] : []),
    ...refused.flatMap((number) => [jump(JUMP_EQUAL, number, 0, 1), answer(EPERM)]),
    ...unseen.flatMap((number) => [jump(JUMP_EQUAL, number, 0, 1), answer(ENOSYS)]),
    ...onCall(clone, FIRST, [jump(JUMP_ANY_BIT, NAMESPACES, 0, 1), answer(EPERM)]),
    ...onCall(ioctl, SECOND, TERMINAL.flatMap(refuseValue)),
    ...onCall(socket, FIRST, FAMILIES.flatMap(refuseValue)),
    ...modes.flatMap(([number, mode]) => onCall(number, mode, refuseOtherRights)),
    ...opens.flatMap(([number, flags, mode]) =>
      onCall(number, flags, [
        jump(JUMP_ANY_BIT, CREATE, 0, refuseOtherRights.length + 1),
        load(mode),
        ...refuseOtherRights,
      ]),
    ),
    answer(null),
  ]);
}

/** Offsets in what the kernel shows of a call; of an argument the low half. */
const [NUMBER, ARCHITECTURE, FIRST, SECOND, THIRD, FOURTH] = [0, 4, 16, 24, 32, 40];
const [JUMP_EQUAL, JUMP_AT_LEAST, JUMP_ANY_BIT] = [0x15, 0x35, 0x45];
const [EPERM, ENOSYS] = [1, 38];
const CREATE = 0o100;
/** set-user-id and set-group-id. */
const OTHER_RIGHTS = 0o6000;

/** mount, user, process, network, … as `clone` takes them. */
const NAMESPACES = 0x7e02_0000;
/** TIOCSTI and TIOCLINUX: typing into a terminal that others read. */
const TERMINAL = [0x5412, 0x541c];
/** Sockets of virtual machines, packets, the kernel's ciphers. */
const FAMILIES = [40, 17, 38];

type Numbers = {
  audit: number;
  refused: readonly number[];
  clone: number;
  /** Calls whose flags lie in memory, where a filter cannot look; libraries do without them. */
  unseen: readonly number[];
  /** Calls that set rights, and the argument that tells them. */
  modes: readonly (readonly [number: number, mode: number])[];
  /** Calls that may create a file, with the arguments for flags and rights. */
  opens: readonly (readonly [number: number, flags: number, mode: number])[];
  ioctl: number;
  socket: number;
};

/**
 * In this order on both: add_key request_key keyctl; mount umount2 pivot_root; unshare setns; bpf
 * perf_event_open userfaultfd; init_module finit_module delete_module kexec_load reboot; swapon
 * swapoff acct quotactl; open_by_handle_at; open_tree move_mount fsopen fsconfig fsmount fspick
 * mount_setattr; io_uring_setup io_uring_enter io_uring_register; kexec_file_load.
 */
const NUMBERS: Partial<Record<NodeJS.Architecture, Numbers>> = {
  x64: {
    audit: 0xc000_003e,
    refused: numbers(
      "248 249 250 165 166 155 272 308 321 298 323 175 313 176 246 169 167 168 163 179 304",
      "428 429 430 431 432 433 442 425 426 427 320",
    ),
    clone: 56,
    unseen: [435, 437],
    modes: [
      [90, SECOND],
      [91, SECOND],
      [268, THIRD],
      [452, THIRD],
      [85, SECOND],
      [133, SECOND],
      [259, THIRD],
    ],
    opens: [
      [2, SECOND, THIRD],
      [257, THIRD, FOURTH],
    ],
    ioctl: 16,
    socket: 41,
  },
  arm64: {
    audit: 0xc000_00b7,
    refused: numbers(
      "217 218 219 40 39 41 97 268 280 241 282 105 273 106 104 142 224 225 89 60 265",
      "428 429 430 431 432 433 442 425 426 427 294",
    ),
    clone: 220,
    unseen: [435, 437],
    modes: [
      [52, SECOND],
      [53, THIRD],
      [452, THIRD],
      [33, THIRD],
    ],
    opens: [[56, THIRD, FOURTH]],
    ioctl: 29,
    socket: 198,
  },
};

function numbers(...lines: string[]): number[] {
  return lines.join(" ").split(" ").map(Number);
}

type Instruction = readonly [code: number, whenTrue: number, whenFalse: number, value: number];

function load(offset: number): Instruction {
  return [0x20, 0, 0, offset];
}

function jump(code: number, value: number, whenTrue: number, whenFalse: number): Instruction {
  return [code, whenTrue, whenFalse, value];
}

/** Lets the call through, or has it fail with an error. */
function answer(error: number | null): Instruction {
  return [0x06, 0, 0, error === null ? 0x7fff_0000 : 0x0005_0000 | error];
}

function unlessEqual(value: number, then: Instruction[]): Instruction[] {
  return [jump(JUMP_EQUAL, value, then.length, 0), ...then];
}

/** Looks at an argument of one call; for any other goes on with the number still loaded. */
function onCall(number: number, argument: number, rules: Instruction[]): Instruction[] {
  const body = [load(argument), ...rules, answer(null)];
  return [jump(JUMP_EQUAL, number, 0, body.length), ...body];
}

const refuseOtherRights = [jump(JUMP_ANY_BIT, OTHER_RIGHTS, 0, 1), answer(EPERM)];

function refuseValue(value: number): Instruction[] {
  return [jump(JUMP_EQUAL, value, 0, 1), answer(EPERM)];
}

function bytesOf(program: readonly Instruction[]): Uint8Array {
  const bytes = new DataView(new ArrayBuffer(program.length * 8));
  for (const [at, [code, whenTrue, whenFalse, value]] of program.entries()) {
    bytes.setUint16(at * 8, code, true);
    bytes.setUint8(at * 8 + 2, whenTrue);
    bytes.setUint8(at * 8 + 3, whenFalse);
    bytes.setUint32(at * 8 + 4, value, true);
  }
  return new Uint8Array(bytes.buffer);
}
