import { join } from "node:path";
import { WorkerFailure } from "@nightshift/agents/ports";
import { GIT_KEPT, real } from "./mounts.ts";
import type { View } from "./mounts.ts";

/** What a program sees, and the ports of loopback it may connect to; null for no network at all. */
export type SeatbeltView = View & { ports: readonly number[] | null };

/**
 * The rules of macOS's sandbox for one run, in its own language. Of several rules that speak of a
 * path the last one counts: first everything is denied, then the system may be read, private
 * folders not, what is named below them again, and written where it is said.
 *
 * This text is tested; it has not been run on macOS.
 * @throws WorkerFailure `sandbox` for a writable folder that is missing.
 */
export function seatbeltProfile(view: SeatbeltView): string {
  const writable = view.writable.map((folder) => {
    const path = real(folder);
    if (path === null || path === "/")
      throw new WorkerFailure("sandbox", `no such folder: ${folder}`);
    return path;
  });
  const kept = writable
    .map((path) => join(path, ".git"))
    .flatMap((git) => (view.commits ? GIT_KEPT.map((name) => join(git, name)) : [git]));
  return [
    "(version 1)",
    "(deny default)",
    "(allow process-exec process-fork sysctl-read pseudo-tty)",
    "(allow signal process-info* (target same-sandbox))",
    ...MACH_SERVICES.map((name) => `(allow mach-lookup (global-name ${quoted(name)}))`),
    "(allow file-read*)",
    ...rules("deny file-read* file-write*", "subpath", existing(view.hidden)),
    ...rules("deny file-read*", "literal", existing(view.masked)),
    ...rules("allow file-read*", "subpath", existing(view.readable)),
    ...rules("allow file-read* file-write*", "subpath", writable),
    ...rules("deny file-write*", "subpath", kept),
    ...rules("allow file-read* file-write* file-ioctl", "literal", DEVICES),
    // Ways to a folder have to be seen, though not what lies in them.
    "(allow file-read-metadata)",
    ...network(view.ports, writable),
  ].join("\n");
}

const DEVICES = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom", "/dev/ptmx", "/dev/tty"];

/** What programs need to know who and where they are; none of them opens or sends anything. */
const MACH_SERVICES = [
  "com.apple.system.notification_center",
  "com.apple.system.opendirectoryd.libinfo",
  "com.apple.system.logger",
  "com.apple.trustd.agent",
];

/**
 * Servers of its own are allowed on loopback, and on sockets in the folders that it may write to;
 * without a network these are all that it reaches. Services of the machine listen on sockets as
 * well: who reaches that of Docker has the machine.
 */
function network(ports: readonly number[] | null, writable: readonly string[]): string[] {
  const own = [
    '(allow network-bind network-inbound (local ip "localhost:*"))',
    "(allow system-socket (socket-domain AF_UNIX))",
    ...writable.flatMap((folder) => [
      `(allow network-bind network-inbound (local unix-socket (subpath ${quoted(folder)})))`,
      `(allow network-outbound (remote unix-socket (subpath ${quoted(folder)})))`,
    ]),
  ];
  if (ports === null) return [...own, '(allow network-outbound (remote ip "localhost:*"))'];
  return [
    ...own,
    ...ports.map((port) => `(allow network-outbound (remote ip "localhost:${port}"))`),
  ];
}

function rules(rule: string, kind: "subpath" | "literal", paths: readonly string[]): string[] {
  return paths.map((path) => `(${rule} (${kind} ${quoted(path)}))`);
}

function existing(paths: readonly string[]): string[] {
  return [...new Set(paths.map(real).filter((path) => path !== null))].filter((p) => p !== "/");
}

/** A string of the profile's language; a name must not end it. */
function quoted(text: string): string {
  return `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`;
}
