import { nudged } from "@nightshift/agents/implementer/watchdog/nudge.md";
import { mayBeginAgain, watchdog } from "@nightshift/agents/implementer/watchdog/watchdog";
import type { Stuck, WatchLimits } from "@nightshift/agents/implementer/watchdog/watchdog";
import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import type { Blobs, CodingAgent, CodingResult } from "@nightshift/agents/ports";
import { stampOf } from "./changes.ts";
import { stepsOf } from "./steps.ts";
import { tokenCounter } from "./tokens.ts";

/** A look at the clone costs some milliseconds. */
const LOOK_EVERY_MS = 30_000;

/**
 * The same coding agent, watched: who goes round in circles, talks without doing, changes nothing
 * for too long or uses too many tokens is ended, told what was seen, and begins once more in the
 * same clone with what is left of its time; the second time it is a failure. A command at work may
 * be quiet. Tokens are counted as far as the CLI tells them while it runs. What it told is kept
 * though it failed: a limit or failure names the bodies.
 */
export function watched(
  agent: CodingAgent,
  limits: WatchLimits,
  blobs: Pick<Blobs, "put">,
  lookEveryMs = LOOK_EVERY_MS,
): CodingAgent {
  return {
    ...agent,
    async work(request, options) {
      const startedAtMs = performance.now();
      const given = { options, limits, lookEveryMs };
      const first = await attempt(agent, { request, ...given });
      if ("result" in first) return first.result;
      const earlier = await kept(first, blobs);
      if ("error" in first) throw told(first.error, earlier);
      const { stuck } = first;
      const wallMs = request.wallMs - (performance.now() - startedAtMs);
      if (!mayBeginAgain(stuck, wallMs, limits)) throw told(failure(stuck), earlier);
      options.onProgress(`stuck: ${stuck.text}; it is told so`);
      const again = { ...request, wallMs, prompt: nudged(request.prompt, stuck) };
      const second = await attempt(agent, { request: again, ...given });
      // What the first one took is known to nobody, so the whole reservation is charged.
      if ("result" in second) return { ...second.result, costKind: "unknown", earlier };
      const all = [...earlier, ...(await kept(second, blobs))];
      throw told("error" in second ? second.error : failure(second.stuck), all);
    },
  };
}

async function kept({ transcript }: Ended, blobs: Pick<Blobs, "put">): Promise<string[]> {
  return transcript === null ? [] : [await blobs.put(transcript())];
}

/** The same error, which names what was told before it. */
function told(error: unknown, transcripts: readonly string[]): unknown {
  const canTell = error instanceof WorkerFailure || error instanceof LimitReached;
  if (canTell) error.transcripts = transcripts;
  return error;
}

function failure({ text }: Stuck): WorkerFailure {
  return new WorkerFailure("loop", `stuck: ${text}`);
}

type Attempt = {
  request: Parameters<CodingAgent["work"]>[0];
  options: Parameters<CodingAgent["work"]>[1];
  limits: WatchLimits;
  lookEveryMs: number;
};

/** A run without a result, and a way to read what is kept of it. */
type Ended = ({ stuck: Stuck } | { error: unknown }) & { transcript: (() => string) | null };

async function attempt(
  agent: CodingAgent,
  { request, options, limits, lookEveryMs }: Attempt,
): Promise<{ result: CodingResult } | Ended> {
  const now = () => performance.now();
  const controller = new AbortController();
  const dog = watchdog(limits, now());
  const seen: Stuck[] = [];
  const judge = (stuck: Stuck | null) => {
    if (stuck === null || seen.length > 0) return;
    seen.push(stuck);
    controller.abort();
  };
  const tokens = tokenCounter();
  let transcript: (() => string) | null = null;
  const look = clonesChanges(request.clone, (changed) => {
    if (changed) dog.changed(now());
    judge(dog.tick(now()));
  });
  const timer = setInterval(() => void look(), lookEveryMs);
  try {
    const result = await agent.work(request, {
      ...options,
      signal: AbortSignal.any([options.signal, controller.signal]),
      mayBeQuiet: () => dog.isActing(),
      onRecord(read) {
        transcript = read;
      },
      onEvent(event) {
        for (const step of stepsOf(event)) judge(dog.hear(step, now()));
        judge(dog.used(tokens(event)));
        options.onEvent?.(event);
      },
    });
    return { result };
  } catch (error) {
    const [stuck] = seen;
    if (stuck === undefined || options.signal.aborted) return { error, transcript };
    return { stuck, transcript };
  } finally {
    clearInterval(timer);
  }
}

/** Calls back after each look with whether anything changed since the one before. */
function clonesChanges(clone: string, onLook: (changed: boolean) => void): () => Promise<void> {
  let before: string | null = null;
  let isLooking = false;
  return async () => {
    if (isLooking) return;
    isLooking = true;
    const stamp = await stampOf(clone);
    isLooking = false;
    const changed = before !== null && stamp !== before;
    before = stamp;
    onLook(changed);
  };
}
