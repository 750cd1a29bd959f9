/**
 * Names of streams and of the things they are about. An id is `[a-z0-9-]+`: a dot would split a
 * NATS subject, a slash a path. What people wrote stands in the event, never in an id.
 */
export const STREAM_KINDS = [
  "shift",
  "project",
  "repo",
  "task",
  "attempt",
  "budget",
  "account",
  "brake",
  "review",
  "genome",
  "policy",
  "allocation",
  "guidance",
  "agent",
  "call",
  "blob",
] as const;
export type StreamKind = (typeof STREAM_KINDS)[number];

const SLUG_MAX = 40;

/** Lower-case words joined by hyphens, at most 40 characters; "x" where nothing is left. */
export function slug(name: string): string {
  const words = name
    .normalize("NFKD")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-");
  return words.slice(0, SLUG_MAX).replaceAll(/^-+|-+$/g, "") || "x";
}

/** The id of something that people named: its slug and a short hash of its exact spelling. */
export function nameId(name: string): string {
  return `${slug(name)}-${shortHash(name)}`;
}

/**
 * The id of a task: the same name in the same repository is the same task. It begins with the name,
 * because people read it and type it.
 */
export function taskIdOf(repo: string, name: string): string {
  return `${slug(name)}-${shortHash(`${repo}/${name}`)}`;
}

/** FNV-1a, 64 bits, as seven base-36 digits: tells spellings apart, secures nothing. */
export function shortHash(text: string): string {
  let hash = 0xcbf29ce484222325n;
  for (const byte of new TextEncoder().encode(text)) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * 0x100000001b3n);
  }
  return hash.toString(36).padStart(13, "0").slice(-7);
}

export function streamOf(kind: StreamKind, id: string): string {
  if (!/^[a-z0-9-]+$/.test(id)) throw new Error(`not an id: ${JSON.stringify(id)}`);
  return `${kind}-${id}`;
}

/** The kind of a stream, or undefined where the name is not one of ours. */
export function kindOf(stream: string): StreamKind | undefined {
  const kind = stream.slice(0, stream.indexOf("-"));
  return STREAM_KINDS.find((known) => known === kind);
}

export function idOf(stream: string): string {
  return stream.slice(stream.indexOf("-") + 1);
}

/** An attempt is one generation of one task. */
export function attemptId(task: string, generation: number): string {
  return `${task}-g${generation}`;
}

/** One stream of shifts for the director, so that epochs grow over all nights. */
export const SHIFT_STREAM = "shift-director";
/** One stream of category weights for the director. */
export const ALLOCATION_STREAM = "allocation-director";
