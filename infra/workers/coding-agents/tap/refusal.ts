import { z } from "zod";
import { believable, resetOf } from "../../models/reset.ts";

/** Why an API refused, from its status, headers and structured fields; never from its prose. */
export type ApiRefusal = { kind: "sign-in" } | { kind: "limit"; resetsAtMs: number | null };

/** Null where it is neither a limit nor a refused key. */
export function refusalOf(
  { status, headers, body }: { status: number; headers: Headers; body: unknown },
  nowMs: number,
): ApiRefusal | null {
  const told = Refused.safeParse(Array.isArray(body) ? body[0] : body).data?.error;
  const details = told?.details ?? [];
  // Gemini answers a wrong key with 400 and a reason.
  const wrongKey = details.some(({ reason }) => reason === "API_KEY_INVALID");
  if (status === 401 || status === 403 || wrongKey) return { kind: "sign-in" };
  if (status !== 429 && status !== 402) return null;
  const delays = details.map(({ retryDelay }) => secondsOf(retryDelay));
  const inBody = [
    ...(told?.resets_at === undefined ? [] : [told.resets_at * 1_000]),
    ...delays.filter((seconds) => seconds !== null).map((seconds) => nowMs + seconds * 1_000),
  ];
  const latest = inBody.length > 0 ? Math.max(...inBody) : null;
  return { kind: "limit", resetsAtMs: resetOf(headers, nowMs) ?? believable(latest, nowMs) };
}

const Detail = z.looseObject({
  reason: z.string().optional().catch(undefined),
  retryDelay: z.string().optional().catch(undefined),
});
const Refused = z.looseObject({
  error: z.looseObject({
    resets_at: z.number().positive().optional().catch(undefined),
    details: z.array(Detail).optional().catch(undefined),
  }),
});

/** `3600s`, as protocol buffers write a duration. */
function secondsOf(text: string | undefined): number | null {
  const seconds = /^(\d+(?:\.\d+)?)s$/.exec(text ?? "")?.[1];
  return seconds === undefined ? null : Number(seconds);
}
