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

/** What the first event of a stream is chained to. */
export const CHAIN_START = "0".repeat(64);

/**
 * The hash of an event: sha256 over the hash before it in its stream and its own content. One JSON
 * array of strings is the canonical form, so that no two contents have the same bytes.
 * @param previous Hash of the event before it in its stream, or `CHAIN_START`.
 */
export function linkHash(previous: string, link: Link): string {
  const content = JSON.stringify([
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
  return hash("sha256", previous + content);
}

/**
 * One hash over the last hash of every stream: what is sealed at the end of a shift. Any event that
 * is changed, taken out or slipped in before it makes it another one.
 */
export function rootOf(heads: ReadonlyMap<string, string>): string {
  const sorted = [...heads.keys()].toSorted().map((stream) => [stream, heads.get(stream)]);
  return hash("sha256", JSON.stringify(sorted));
}
