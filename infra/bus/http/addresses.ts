import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { Refusal } from "@nightshift/protocol/errors";

/** Says of a host, as an address has it, that it may be reached though it is a private one. */
export type AllowsHost = (host: string) => boolean;

/** Addresses of one name that are looked at. */
const ADDRESSES_MAX = 16;

/**
 * Hosts of the settings: `127.0.0.1`, `localhost`, `ci.lan`, or with a port, `127.0.0.1:8080`.
 * A host is compared as an address (URL) writes it.
 */
export function allowing(hosts: readonly string[]): AllowsHost {
  const known = new Set(hosts.map((host) => host.toLowerCase()));
  return (host) => known.has(host) || known.has(host.replace(/:\d+$/, ""));
}

/**
 * Holds an address of somebody else's against what may be reached, before anything is sent: only
 * http and https, no password in it, no private address unless the director allows its host.
 * @throws Refusal `not-allowed`.
 */
export function checkAddress(address: URL, allows: AllowsHost): void {
  const { protocol, username, password, hostname, host } = address;
  if (protocol !== "https:" && protocol !== "http:")
    throw new Refusal("not-allowed", `${protocol} is neither http nor https`);
  if (username !== "" || password !== "")
    throw new Refusal("not-allowed", "an address with a password in it is not used");
  const literal = hostname.replaceAll(/^\[|\]$/g, "");
  if (isIP(literal) !== 0 && isPrivate(literal) && !allows(host)) throw privateAddress(host);
}

/**
 * Looks a name up once for the connection that is made: what was checked is what is connected to,
 * so a name that answers differently the second time reaches nothing (DNS rebinding).
 */
export function checkedLookup(host: string, allows: AllowsHost): LookupFunction {
  const mayBePrivate = allows(host);
  return (hostname, options, done) => {
    lookup(hostname, { all: true, verbatim: true }, (error, found) => {
      if (error) return done(error, "", 0);
      const addresses = found.slice(0, ADDRESSES_MAX);
      const [first] = addresses;
      const refused = !mayBePrivate && addresses.some(({ address }) => isPrivate(address));
      if (!first || refused) return done(privateAddress(host), "", 0);
      if (options.all) return done(null, addresses);
      return done(null, first.address, first.family);
    });
  };
}

function privateAddress(host: string): Refusal {
  return new Refusal(
    "not-allowed",
    `${host} is a private address, which the settings do not allow`,
  );
}

/** Whether an address is one that the public internet does not route, or that hides another. */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return notPublic4.check(address, "ipv4");
  return !global6.check(address, "ipv6") || notPublic6.check(address, "ipv6");
}

const notPublic4 = blocks("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 3],
]);

/** Everything else of IPv6 is local, multicast, or an IPv4 address in disguise. */
const global6 = blocks("ipv6", [["2000::", 3]]);
const notPublic6 = blocks("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
]);

function blocks(family: "ipv4" | "ipv6", ranges: readonly (readonly [string, number])[]) {
  const list = new BlockList();
  for (const [net, bits] of ranges) list.addSubnet(net, bits, family);
  return list;
}
