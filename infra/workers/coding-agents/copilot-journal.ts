import { join } from "node:path";
import { z } from "zod";
import type { OwnWord } from "./outcome.ts";
import { lastSession } from "./session-file.ts";
import { json } from "../json.ts";

/**
 * What Copilot wrote down of a session in structured fields: over ACP a limit, a refused key and an
 * answer that was cut off all end as a turn that went well.
 */
export async function readJournal(home: string): Promise<Partial<OwnWord>> {
  const word: Partial<OwnWord> = {};
  for (const line of await lastSession(join(home, ".copilot"), "session-state")) take(word, line);
  return word;
}

function take(word: Partial<OwnWord>, line: string): void {
  const told = Line.safeParse(json(line)).data;
  if (!told) return;
  if (told.type === "session.usage_record" && told.data.usage?.finishReason === "length")
    word.end = "truncated";
  if (told.type !== "session.error") return;
  const { statusCode: status, message = "" } = told.data;
  if (status === 401 || status === 403) word.failure = { kind: "sign-in" };
  else if (status === 429 || status === 402) word.failure = { kind: "limit", resetsAtMs: null };
  else word.failure = { kind: "crash", text: `Copilot CLI failed: ${message}` };
}

const Line = z.looseObject({
  type: z.string(),
  data: z.looseObject({
    statusCode: z.number().optional().catch(undefined),
    message: z.string().optional().catch(undefined),
    usage: z
      .looseObject({ finishReason: z.string().optional().catch(undefined) })
      .optional()
      .catch(undefined),
  }),
});
