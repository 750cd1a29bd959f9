import { inFile, type Tooth } from "../tooth.ts";

const TESTS = "infra/workers/models/anthropic.test.ts";
const anthropic = inFile("infra/workers/models/anthropic.ts", TESTS);
const failure = inFile("infra/workers/models/failure.ts", "infra/workers/models/failure.test.ts");
const watchdog = inFile("infra/workers/models/watchdog.ts", TESTS);
const reset = inFile("infra/workers/models/reset.ts", "infra/workers/models/reset.test.ts");

/** What a model's API may cost, say and take (rows 10 to 12, I7, I8, I12). */
export const modelTeeth: readonly Tooth[] = [
  anthropic("I12: no key enters a transcript", "blobs.put(mask(told, secrets))", "blobs.put(told)"),
  anthropic(
    "row 10: an answer that was cut off is told as such",
    'case "model_context_window_exceeded":\n      return "truncated";',
    'case "model_context_window_exceeded":\n      return "finished";',
  ),
  anthropic(
    "I8: a model is asked for no more than its cap",
    "Math.min(request.outputTokensMax, identity.outputTokensMax)",
    "identity.outputTokensMax",
  ),
  failure(
    "row 11: 429 is a limit with its reset",
    'status === 429 || status === 402 || LIMITS.has(type ?? "")',
    "false",
  ),
  failure(
    "I12: no error tells a key",
    "`: ${mask(message, told.secrets).slice(",
    "`: ${message.slice(",
  ),
  watchdog("row 12: silence is a hang", 'end("hang", `no byte for ${silenceMs} ms`)', "undefined"),
  watchdog(
    "I8: a call ends at its wall",
    'end("timeout", `not done after ${wallMs} ms`)',
    "undefined",
  ),
  watchdog(
    "row 11: a limit is never retried",
    'if (status === 429) ruled.set("x-should-retry", "false");',
    'if (status === 429) ruled.set("x-should-retry", "true");',
  ),
  reset(
    "I8: a reset further off than any window is not believed",
    "atMs <= nowMs + RESET_MS_MAX",
    "atMs !== 0",
  ),
  reset("I7: a reset that has passed is none", "atMs > nowMs &&", "atMs !== null &&"),
];
