import { z } from "zod";
import { Fault } from "../fault.ts";
import { ACL_NAMES_MAX } from "../limits.ts";

const Name = z.string().min(1).max(200);
const Names = z.union([Name.transform((one) => [one]), z.array(Name).max(ACL_NAMES_MAX)]);
const Whole = z.number().min(0);
/** The two lists that the official server knows by name: as was granted, and nobody but admins. */
const USERS = "$userStreamAcl";
const ADMINS = "$systemStreamAcl";
const Lists = z.object({
  $r: Names.optional(),
  $w: Names.optional(),
  $d: Names.optional(),
  $mr: Names.optional(),
  $mw: Names.optional(),
});

/** Metadata of a stream: what of it the server acts on. Whatever else stands there is kept. */
const Metadata = z.looseObject({
  $maxCount: Whole.min(1).optional(),
  /** Seconds. */
  $maxAge: Whole.min(1).optional(),
  /** The first revision that is shown; the largest number there is deletes the stream. */
  $tb: Whole.optional(),
  $acl: z.union([z.enum([USERS, ADMINS]), Lists]).optional(),
});
export type StreamRules = z.infer<typeof Metadata>;
export type Deed = "$r" | "$w" | "$d" | "$mr" | "$mw";

/** Who asks: the name, its role, and whether it stands above the rules of streams. */
export type Actor = { name: string; role: string; isAdmin: boolean };

/** In an access list: whoever has a name and was granted the stream. */
const EVERYBODY = "$all";

/** @throws Fault `bad-request` for metadata that no stream can have. */
export function rulesIn(text: string): StreamRules {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new Fault("bad-request", "metadata of a stream is a JSON object", { cause });
  }
  const parsed = Metadata.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Fault("bad-request", `${issue?.path.join(".")}: ${issue?.message}`);
}

/**
 * Whether the access list of a stream lets somebody do something. A list takes away from what was
 * granted at the gateway, and never adds to it; without a list the grant alone decides.
 */
export function isAllowed({ $acl }: StreamRules, deed: Deed, actor: Actor): boolean {
  if (actor.isAdmin || $acl === undefined || $acl === USERS) return true;
  const names = $acl === ADMINS ? [] : $acl[deed];
  if (names === undefined) return true;
  return names.includes(actor.name) || names.includes(actor.role) || names.includes(EVERYBODY);
}

/** A stream is shown from this revision on. */
export function firstShown({ $tb = 0, $maxCount }: StreamRules, next: number): number {
  return Math.max($tb, $maxCount === undefined ? 0 : next - $maxCount);
}

/** Whether a stream was deleted, so that it may come again. */
export function isDeleted({ $tb = 0 }: StreamRules): boolean {
  return $tb >= Number.MAX_SAFE_INTEGER;
}

/** Metadata that deletes: the number is the official one, which no number of JavaScript holds. */
export function deletingMetadata(rules: StreamRules): string {
  const { $tb: _, ...rest } = rules;
  const others = JSON.stringify(rest).slice(1, -1);
  return `{"$tb":9223372036854775807${others === "" ? "" : `,${others}`}}`;
}
