import { hash } from "node:crypto";

/** What the chain protects of an event: everything but its place in the whole log. */
export type Link = {
  stream: string;
  revision: number | bigint;
  id: string;
  type: string;
  atMs: number | bigint;
  actor: string;
  causation: string | null;
  correlation: string | null;
  version: number | bigint;
  /** The JSON as it is stored, byte by byte. */
  body: string;
};

/** A hash of the chain: as base64url, or in hexadecimal as all were up to format 3 of the file. */
export const LINK_HASH = /^([\w-]{43}|[0-9a-f]{64})$/;
const HEX_CHARS = 64;

/** What the first event of a stream is chained to. */
export const CHAIN_START = "0".repeat(HEX_CHARS);

/**
 * The hash of an event: SHA-256 over the hash before it in its stream and its own content. One JSON
 * array of strings is the canonical form, so that no two contents have the same bytes.
 * @param previous Hash of the event before it in its stream, or `CHAIN_START`.
 */
export function linkHash(previous: string, link: Link): string {
  return hash("sha256", previous + contentOf(link), "base64url");
}

/** The same, written as `stored` is, and so what that should be. */
export function linkHashLike(stored: string, previous: string, link: Link): string {
  return hashOfContent(stored, previous, contentOf(link));
}

/**
 * The same for who has its content already.
 * @param content The link as `linkHash` writes it.
 */
export function hashOfContent(stored: string, previous: string, content: string): string {
  return hash("sha256", previous + content, stored.length === HEX_CHARS ? "hex" : "base64url");
}

function contentOf(link: Link): string {
  return JSON.stringify([
    link.stream,
    String(link.revision),
    link.id,
    link.type,
    String(link.atMs),
    link.actor,
    link.causation,
    link.correlation,
    String(link.version),
    link.body,
  ]);
}

/**
 * One hash over the last hash of every stream: what is sealed at the end of a shift. Any event that
 * is changed, taken out or slipped in before it makes it another one.
 */
export function rootOf(heads: ReadonlyMap<string, string>): string {
  const sorted = [...heads.keys()].toSorted().map((stream) => [stream, heads.get(stream)]);
  return hash("sha256", JSON.stringify(sorted));
}
