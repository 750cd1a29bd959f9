import type { Pending } from "@nightshift/protocol/envelope";
import { SCHEMA_VERSION } from "@nightshift/protocol/events";
import { z } from "zod";
import { Fault } from "./fault.ts";
import { isMetastream } from "./foreign/names.ts";
import { METADATA_TYPE, type ForeignEvent } from "./foreign/writer.ts";
import { STREAM_CHARS_MAX, TYPE_CHARS_MAX } from "./limits.ts";
import { uuidOf, WireUuid } from "./uuid.ts";

/** The name of a stream as it comes over the wire. */
export const StreamIdentifier = z.object({ streamName: z.instanceof(Buffer) });

/** @throws Fault `bad-request` for a name that no stream can have. */
export function streamName({ streamName: bytes }: z.infer<typeof StreamIdentifier>): string {
  const name = bytes.toString();
  if (name !== "" && name.length <= STREAM_CHARS_MAX) return name;
  throw new Fault("bad-request", `a stream's name of ${name.length} characters`);
}

/** An event that somebody wants to append, as it comes over the wire. */
export const ProposedMessage = z.object({
  id: WireUuid,
  metadata: z.record(z.string(), z.string()).optional(),
  customMetadata: z.instanceof(Buffer).optional(),
  data: z.instanceof(Buffer).optional(),
});
export type ProposedMessage = z.infer<typeof ProposedMessage>;

const WholeNumber = z.union([
  z.int(),
  z
    .string()
    .regex(/^\d{1,16}$/)
    .transform(Number),
]);

/** What must stand in an event's metadata; more may. The writer's hash is not asked for: the log makes its own. */
const EventMetadata = z.object({
  atMs: WholeNumber,
  actor: z.string().min(1).max(200),
  causation: z.string().max(200).nullish(),
  correlation: z.string().max(200).nullish(),
  version: WholeNumber.default(SCHEMA_VERSION),
});

/** Bytes that an event takes of what one append may hold. */
export function bytesOf({ data, customMetadata }: ProposedMessage): number {
  return (data?.length ?? 0) + (customMetadata?.length ?? 0);
}

/**
 * The event that a message proposes. Whether it is one of its stream's is the log's to say.
 * @throws Fault `bad-request` for what is no event of Night Shift.
 */
export function pendingOf(stream: string, message: ProposedMessage): Pending {
  const { type, "content-type": contentType } = message.metadata ?? {};
  const refuse = (why: string, cause?: unknown) =>
    new Fault("bad-request", `${stream.slice(0, 80)}: ${why}`, { cause });
  if (contentType !== "application/json") throw refuse("events are application/json");
  const metadata = EventMetadata.safeParse(jsonIn(message.customMetadata));
  if (!metadata.success) {
    const [issue] = metadata.error.issues;
    throw refuse(`metadata.${issue?.path.join(".")}: ${issue?.message}; atMs and actor are needed`);
  }
  const { atMs, actor, causation, correlation, version } = metadata.data;
  if (version !== SCHEMA_VERSION) {
    throw refuse(`an event of version ${version}; here version ${SCHEMA_VERSION} is written`);
  }
  const event = jsonIn(message.data);
  if (typeof event !== "object" || event === null || !("type" in event) || event.type !== type) {
    throw refuse("its data is no JSON object whose type is the type of the event");
  }
  const envelope = { atMs, actor, causation: causation ?? null, correlation: correlation ?? null };
  // Held against the schema of its stream by `admit`, as every event is before it is written.
  return { id: uuidOf(message.id), ...envelope, event: event as Pending["event"] };
}

/**
 * What a message proposes for a stream of others: any type and any bytes.
 * @throws Fault `bad-request` for a type that none can have.
 */
export function foreignEventOf(stream: string, message: ProposedMessage): ForeignEvent {
  const { type = "", "content-type": contentType = "application/octet-stream" } =
    message.metadata ?? {};
  const isMeta = isMetastream(stream);
  const isReserved = isMeta ? type !== METADATA_TYPE : type.startsWith("$");
  if (type === "" || type.length > TYPE_CHARS_MAX || isReserved) {
    const what = `${stream.slice(0, 80)} holds no event of type ${type.slice(0, 80)}`;
    throw new Fault("bad-request", isMeta ? `${what}, but ${METADATA_TYPE}` : what);
  }
  const data = message.data ?? Buffer.alloc(0);
  const metadata = message.customMetadata ?? Buffer.alloc(0);
  const isJson = contentType === "application/json";
  return {
    id: uuidOf(message.id),
    type,
    contentType: isJson ? contentType : "application/octet-stream",
    metadata,
    data,
  };
}

function jsonIn(bytes: Buffer | undefined): unknown {
  try {
    return JSON.parse(bytes?.toString() ?? "");
  } catch {
    return undefined;
  }
}
