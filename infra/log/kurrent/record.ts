import type { Admitted } from "@nightshift/blackboard/admission";
import type { Recorded } from "@nightshift/protocol/envelope";
import { readEvent, SCHEMA_VERSION } from "@nightshift/protocol/events";
import { kindOf, STREAM_KINDS } from "@nightshift/protocol/ids";
import { z } from "zod";
import { LINK_HASH, linkHash, type Link } from "../chain.ts";
import type { ClusterEvent, ClusterRecord } from "./cluster.ts";

const Whole = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number);

/** What Night Shift writes beside an event; whatever has none of it is somebody else's. */
const OurMetadata = z.object({
  atMs: Whole,
  actor: z.string(),
  causation: z.string().optional(),
  correlation: z.string().optional(),
  version: Whole,
  hash: z.string().regex(LINK_HASH),
});

/** An event of ours as the cluster has it: as it is stored, and where its chain stands. */
export type OurRecord = {
  link: Link & { revision: number; version: number };
  hash: string;
  position: bigint;
};

/** What the names of our streams begin with. */
export const STREAM_PREFIXES: readonly string[] = STREAM_KINDS.map((kind) => `${kind}-`);

/** An event of Night Shift; null for anybody else's on the same cluster. */
export function ourRecord(record: ClusterRecord | undefined): OurRecord | null {
  if (!record?.position || !kindOf(record.streamId)) return null;
  const metadata = OurMetadata.safeParse(record.metadata);
  if (!metadata.success || typeof record.data !== "object") return null;
  const { hash, causation = null, correlation = null, ...rest } = metadata.data;
  const link = {
    ...rest,
    causation,
    correlation,
    stream: record.streamId,
    revision: Number(record.revision),
    id: record.id,
    type: record.type,
    // As it was written: JSON that was parsed is written again byte by byte the same.
    body: JSON.stringify(record.data),
  };
  return { link, hash, position: record.position.commit };
}

/** @throws Error for an event of a version that cannot be read here. */
export function recordedOf({ link, position }: OurRecord): Recorded {
  const { stream, revision, id, atMs, actor, causation, correlation, version, body } = link;
  return {
    id,
    atMs: Number(atMs),
    actor,
    causation,
    correlation,
    event: readEvent(stream, version, body),
    stream,
    revision,
    position,
  };
}

/** Events as they are sent, each chained to the one before it; and the hash of the last. */
export function chained(
  stream: string,
  events: readonly Admitted[],
  head: { count: number; hash: string },
): { events: ClusterEvent[]; hash: string } {
  let { hash } = head;
  const sent = events.map(({ body, event, ...envelope }, index) => {
    const { id, atMs, actor, causation, correlation } = envelope;
    const place = { stream, revision: head.count + index, type: event.type };
    hash = linkHash(hash, { ...envelope, ...place, version: SCHEMA_VERSION, body });
    const metadata = {
      atMs: String(atMs),
      actor,
      ...(causation === null ? {} : { causation }),
      ...(correlation === null ? {} : { correlation }),
      version: String(SCHEMA_VERSION),
      hash,
    };
    return { id, type: event.type, data: { ...event }, metadata };
  });
  return { events: sent, hash };
}
