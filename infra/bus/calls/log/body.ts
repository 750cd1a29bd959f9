import type { Blobs } from "@nightshift/agents/ports";
import { BODY_CHARS_MAX, type Body } from "@nightshift/protocol/call";
import type { SkillName } from "@nightshift/protocol/skills";
import { maskSecrets } from "../../../log/secrets.ts";

/** Skills whose bodies show work: prompts, diffs, critiques. Those can be erased, so they are blobs. */
const PRIVATE: ReadonlySet<SkillName> = new Set([
  "admit",
  "plan",
  "implement",
  "verify",
  "assess",
  "evolve",
]);

/** Keeps a body: in its event where it is short and shows no work, else as a blob. */
export async function keepBody(blobs: Blobs, skill: SkillName, value: unknown): Promise<Body> {
  const json = JSON.stringify(value);
  if (PRIVATE.has(skill) || json.length > BODY_CHARS_MAX) return { blob: await blobs.put(json) };
  const { text } = await maskSecrets(json);
  // A mask may be longer than what it hides.
  return text.length > BODY_CHARS_MAX ? { blob: await blobs.put(text) } : { json: text };
}

/** @throws Unavailable when the body was erased. */
export async function readBody(blobs: Blobs, body: Body): Promise<unknown> {
  return JSON.parse("json" in body ? body.json : await blobs.get(body.blob));
}
