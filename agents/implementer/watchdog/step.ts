/** What an agent CLI was seen to do, as far as it tells. Times are milliseconds of one clock. */
export type Step =
  /** A tool was asked for; `about` is all of its input that makes it this and no other. */
  | { kind: "action"; id: string; name: string; about: string }
  | { kind: "result"; id: string; failed: boolean; text: string }
  /** It spoke without doing anything. */
  | { kind: "message"; text: string };

/** An action and what came of it, or a message; what loops are made of. */
export type Turn = {
  kind: "acted" | "spoke";
  /** Equal for equal actions or messages. */
  what: string;
  /** Equal for equal results; empty for messages. */
  came: string;
  failed: boolean;
  /** It waited for something rather than did something. */
  waited: boolean;
};

/** Of a result; what differs further on differs in its end too, more often than not. */
const RESULT_CHARS_MAX = 4_000;
/** An action that took this long was no empty gesture. */
const WAITING_MS = 5_000;
const WAITS = /\b(?:sleep\s+[\d.]+|wait|--watch|tail\s+-f)\b/;
const WAITING_TOOLS = /(?:output|wait|poll|status|stdin)$/i;

export function actedTurn(
  action: Extract<Step, { kind: "action" }>,
  result: Extract<Step, { kind: "result" }>,
  tookMs: number,
): Turn {
  const { name, about } = action;
  return {
    kind: "acted",
    what: `${name} ${about.trim()}`,
    came: essence(result.text),
    failed: result.failed,
    waited: tookMs >= WAITING_MS || WAITS.test(about) || WAITING_TOOLS.test(name),
  };
}

export function spokenTurn(text: string): Turn {
  const what = text.toLowerCase().replaceAll(/\W+/g, " ").trim();
  return { kind: "spoke", what, came: "", failed: false, waited: false };
}

/**
 * A result without what differs each time by itself: durations, clock times, addresses, process
 * numbers, temporary names. Other numbers stay: three failing tests are not two.
 */
export function essence(text: string): string {
  const ends =
    text.length <= RESULT_CHARS_MAX
      ? text
      : text.slice(0, RESULT_CHARS_MAX / 2) + text.slice(-RESULT_CHARS_MAX / 2);
  return ends
    .replaceAll(/\d{4}-\d\d-\d\d[T ][\d:._]+Z?/g, "<time>")
    .replaceAll(/\b\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?\b/g, "<time>")
    .replaceAll(/\b\d+(?:\.\d+)?\s?(?:ms|µs|ns|s|secs?|seconds?|mins?|minutes?)\b/g, "<span>")
    .replaceAll(/\bduration_ms[: ]+[\d.]+/g, "<span>")
    .replaceAll(/\b0x[0-9a-f]+\b/gi, "<address>")
    .replaceAll(/\bpid[ :=]*\d+|\(\d{3,}\)|\[\d{3,}\]/gi, "<process>")
    .replaceAll(/\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b/gi, "<id>")
    .replaceAll(/\/tmp\/[\w./-]+/g, "<temporary>")
    .replaceAll(/\s+/g, " ")
    .trim();
}
