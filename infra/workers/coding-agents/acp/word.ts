import { z } from "zod";
import type { OwnWord } from "../outcome.ts";
import type { CallUsage } from "../tap/answer.ts";
import type { AcpCli } from "./driver.ts";
import type { AcpEnd } from "./session.ts";

/** What an ACP agent told of its end: in the protocol's fields and, where it has them, its own. */
export function ownWord(
  { response, error, tale }: Pick<AcpEnd, "response" | "error" | "tale">,
  { title, tells }: Pick<AcpCli, "title" | "tells">,
): OwnWord {
  const told = Told.safeParse(response).data;
  const finished = tells.truncation ? "finished" : "unknown";
  return {
    summary: tale.summary,
    end:
      told === undefined
        ? null
        : told.stopReason in ENDS
          ? (ENDS[told.stopReason] ?? null)
          : finished,
    usage: usageOf(told) ?? tale.usage,
    failure: error === null ? null : failureOf(error, title),
  };
}

const ENDS: Partial<Record<string, OwnWord["end"]>> = {
  max_tokens: "truncated",
  max_turn_requests: "truncated",
  refusal: "refused",
  cancelled: null,
};

/** -32000 is the protocol's own code for a missing sign-in; Gemini answers with those of HTTP. */
function failureOf({ code, text }: { code: number; text: string }, title: string) {
  if (code === -32_000 || code === 401 || code === 403) return { kind: "sign-in" as const };
  if (code === 429) return { kind: "limit" as const, resetsAtMs: null };
  return { kind: "crash" as const, text: `${title} failed: ${text}` };
}

const count = z.number().int().nonnegative();
const Told = z.looseObject({
  stopReason: z.string(),
  usage: z
    .looseObject({
      inputTokens: count,
      outputTokens: count,
      cachedReadTokens: count.nullish().catch(null),
    })
    .optional()
    .catch(undefined),
  _meta: z
    .looseObject({
      quota: z.looseObject({
        token_count: z.looseObject({ input_tokens: count, output_tokens: count }),
      }),
    })
    .optional()
    .catch(undefined),
});

function usageOf(told: z.infer<typeof Told> | undefined): CallUsage | null {
  const { usage, _meta: meta } = told ?? {};
  if (usage) {
    const { inputTokens, outputTokens, cachedReadTokens } = usage;
    const cachedTokens = Math.min(cachedReadTokens ?? 0, inputTokens);
    return { inputTokens, cachedTokens, outputTokens, cacheWriteTokens: 0 };
  }
  if (!meta) return null;
  const { input_tokens: inputTokens, output_tokens: outputTokens } = meta.quota.token_count;
  return { inputTokens, cachedTokens: 0, outputTokens, cacheWriteTokens: 0 };
}
