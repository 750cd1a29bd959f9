import { admit, EVENT_BYTES_MAX } from "@nightshift/blackboard/admission";
import { BadInput } from "@nightshift/protocol/errors";
import { eventTypes, readEvent, SCHEMA_VERSION } from "@nightshift/protocol/events";
import { z } from "zod";
import { CHAIN_START, LINK_HASH, linkHashLike } from "../chain.ts";
import type { KeptEvent } from "./kept-event.ts";

const Line = z.strictObject({
  position: z.string().regex(/^\d{1,18}$/),
  stream: z.string(),
  revision: z.int().nonnegative(),
  id: z.string(),
  type: z.string(),
  atMs: z.int(),
  actor: z.string(),
  causation: z.string().nullable(),
  correlation: z.string().nullable(),
  version: z.int().positive(),
  hash: z.string().regex(LINK_HASH),
  data: z.unknown().optional(),
  body: z.string().optional(),
});

/**
 * Reads lines of an export one after the other, and holds each against all before it: the row of
 * positions and revisions, the chain of its stream, and what any store demands of an event.
 * @throws BadInput naming the first line that is not as it was exported.
 */
export function createImportCheck(source: string): (line: string) => KeptEvent {
  const heads = new Map<string, { revision: number; hash: string }>();
  let count = 0;
  return (line) => {
    count += 1;
    const wrong = (why: string, cause?: unknown) =>
      new BadInput(why, `${source} line ${count}`, MEND, { cause });
    const event = parsed(line, wrong);
    if (event.position !== BigInt(count)) {
      throw wrong(`position ${event.position} where ${count} should come: it is not a whole log`);
    }
    const head = heads.get(event.stream) ?? { revision: -1, hash: CHAIN_START };
    if (event.revision !== head.revision + 1) {
      throw wrong(`revision ${event.revision} of ${event.stream} after ${head.revision}`);
    }
    if (event.hash !== linkHashLike(event.hash, head.hash, event)) {
      throw wrong("its hash does not fit: the line was changed, or one before it");
    }
    admitted(event, wrong);
    heads.set(event.stream, { revision: event.revision, hash: event.hash });
    return event;
  };
}

const MEND = "nightshift log export --out whole.ndjson";

type Wrong = (why: string, cause?: unknown) => BadInput;

function parsed(line: string, wrong: Wrong): KeptEvent {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch (cause) {
    throw wrong("this is no JSON", cause);
  }
  const result = Line.safeParse(json);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw wrong(`this is no event: ${issue?.path.join(".") ?? ""} ${issue?.message ?? ""}`);
  }
  const { position, data, body, ...envelope } = result.data;
  if ((data === undefined) === (body === undefined)) throw wrong("it has no data, or twice");
  return { ...envelope, position: BigInt(position), body: body ?? JSON.stringify(data) };
}

/** What is of today's version is held against today's rules; what is older must be readable. */
function admitted(event: KeptEvent, wrong: Wrong): void {
  const { stream, version, body, type } = event;
  if (version > SCHEMA_VERSION) throw wrong(`a newer Night Shift wrote it (version ${version})`);
  try {
    if (!eventTypes.has(type)) return mustBeStranger(event);
    const { id, atMs, actor, causation, correlation } = event;
    const read = readEvent(stream, version, body);
    admit(stream, [{ id, atMs, actor, causation, correlation, event: read }]);
    if (version === SCHEMA_VERSION && read.type !== type) throw new Error("it has two types");
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : "";
    throw wrong(`no log takes it: ${why}`, cause);
  }
}

const Stranger = z.looseObject({ type: z.string() });

/** A type that nobody knows here is kept as a log keeps it, if its name and size are fit to be. */
function mustBeStranger({ stream, type, id, actor, body }: KeptEvent): void {
  if (!/^[a-z]+-[a-z0-9-]+$/.test(stream)) throw new Error(`no stream: ${stream.slice(0, 80)}`);
  if (![id, type, actor].every((text) => text.isWellFormed() && !text.includes("\0"))) {
    throw new Error("unfit text");
  }
  if (Buffer.byteLength(body) > EVENT_BYTES_MAX) throw new Error("it is too long");
  if (Stranger.parse(JSON.parse(body)).type !== type) throw new Error("it has two types");
}
