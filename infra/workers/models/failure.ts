import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import { mask } from "./mask.ts";
import { resetOf } from "./reset.ts";

/** What both SDKs tell of a call that failed. */
export type ApiFailure = {
  /** Absent where no answer came, or where it failed in mid-stream. */
  status: number | undefined;
  headers: Headers | undefined;
  /** Name of the failure in the answer's body, e.g. `rate_limit_error`. */
  type: string | null;
  message: string;
  /** False where nobody was reached at all. */
  answered?: boolean;
};

const MESSAGE_MAX = 200;
const LIMITS = new Set(["rate_limit_error", "insufficient_quota", "usage_limit_reached"]);
const SIGN_IN = new Set(["authentication_error", "permission_error", "invalid_api_key"]);

/**
 * The failure by its name in the taxonomy. It has no cause attached: the SDKs' errors hold
 * headers and bodies, and a key that was refused is told back in the message of some servers.
 */
export function failureOf(
  { status, headers, type, message, answered = true }: ApiFailure,
  told: { account: string; nowMs: number; secrets: readonly string[] },
): LimitReached | WorkerFailure {
  const name = type === null ? "" : ` (${mask(type, told.secrets).slice(0, MESSAGE_MAX)})`;
  if (status === 429 || status === 402 || LIMITS.has(type ?? ""))
    return new LimitReached(told.account, headers ? resetOf(headers, told.nowMs) : null);
  if (status === 401 || status === 403 || SIGN_IN.has(type ?? ""))
    return new WorkerFailure("sign-in", `the API refused the key of ${told.account}${name}`);
  // A network that is gone is nobody's failure: the work waits until it is back (E2).
  if (status === undefined && !answered) return new LimitReached(told.account, null, "network");
  if (status === undefined) return new WorkerFailure("crash", `the connection failed${name}`);
  const said = status < 500 ? `: ${mask(message, told.secrets).slice(0, MESSAGE_MAX)}` : "";
  return new WorkerFailure("crash", `the API answered ${status}${name}${said}`);
}
