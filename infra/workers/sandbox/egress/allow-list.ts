import { isIP } from "node:net";

/** Ports of a host that is named without one. */
const WEB_PORTS = [443, 80];
const HOSTS_MAX = 200;

type Rule =
  /** Named in full: it may be a private address, the director's own server. */
  | { verdict: "named" }
  /** Covered by `*.…`: it must be a public address. */
  | { verdict: "covered" }
  | { verdict: "refused" };

export type AllowList = {
  /** Whether a host may be reached at a port. Names are compared without case and last dot. */
  rule(host: string, port: number): Rule;
  /** Ports of this machine's loopback that are named; a program expects them on its own. */
  loopbackPorts: readonly number[];
};

/**
 * Reads a list of hosts as `Network` has them. A name on the list is what may be looked up, so no
 * other name can carry anything out by being asked for.
 */
export function allowList(hosts: readonly string[]): AllowList {
  const entries = hosts.slice(0, HOSTS_MAX).map(parsed);
  return {
    rule(host, port) {
      const name = plain(host);
      const found = entries.filter(({ ports }) => ports.includes(port));
      if (found.some((entry) => !entry.wide && same(entry.name, name))) return { verdict: "named" };
      // A suffix says nothing of an address, and `*.1` must not mean one.
      const covers = found.some(({ wide, name: suffix }) => wide && name.endsWith(`.${suffix}`));
      return { verdict: covers && isIP(name) === 0 ? "covered" : "refused" };
    },
    loopbackPorts: [
      ...new Set(entries.filter(({ name }) => isLoopback(name)).flatMap(({ ports }) => ports)),
    ],
  };
}

/** The host of an address as the list writes it, e.g. `127.0.0.1:8080`. */
export function hostOf(address: string): string {
  const { hostname, port, protocol } = new URL(address);
  return `${hostname}:${port || (protocol === "http:" ? "80" : "443")}`;
}

/**
 * Hosts that an agent CLI needs: those of its maker, for the model and for signing in, or the one
 * server that the settings name in their place.
 */
export function modelHosts(own: readonly string[], baseUrl: string | undefined): readonly string[] {
  return baseUrl === undefined ? own : [hostOf(baseUrl)];
}

export function isLoopback(name: string): boolean {
  return name === "localhost" || name === "::1" || (isIP(name) === 4 && name.startsWith("127."));
}

type Entry = { name: string; wide: boolean; ports: readonly number[] };

function parsed(host: string): Entry {
  const port = /:(\d{1,5})$/.exec(host)?.[1];
  const bare = isIP(host) === 6 || port === undefined;
  const name = bare ? host : host.slice(0, -port.length - 1);
  const wide = name.startsWith("*.");
  return {
    name: plain(wide ? name.slice(2) : name),
    wide,
    ports: bare ? WEB_PORTS : [Number(port)],
  };
}

function plain(host: string): string {
  return host
    .toLowerCase()
    .replaceAll(/^\[|\]$/g, "")
    .replace(/\.$/, "");
}

/** This machine has several names for its loopback; a server on one of them is named by all. */
function same(one: string, other: string): boolean {
  return one === other || (isLoopback(one) && isLoopback(other));
}
