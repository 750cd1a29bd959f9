import type { AttemptCommand } from "@nightshift/protocol/attempt";
import type { CallContext } from "@nightshift/protocol/bus";
import type { Clock } from "@nightshift/protocol/clock";
import type { Recorder } from "../ports.ts";

/** The twin of a recorder: remembers what it was told. */
export function memoryRecorder(): Recorder & {
  readonly commands: readonly { attempt: string; command: AttemptCommand }[];
} {
  const commands: { attempt: string; command: AttemptCommand }[] = [];
  return {
    commands,
    attempt: async (attempt, command) => void commands.push({ attempt, command }),
  };
}

/** A clock that moves a fixed number of milliseconds each time it is asked. */
export function tickingClock(startMs = 1_000_000, tickMs = 10): Clock {
  let now = startMs;
  return {
    now: () => (now += tickMs),
    sleep: async (ms) => void (now += ms),
  };
}

/** The context of a call, with the notes of progress that the callee gave. */
export function testCall(
  context: Partial<CallContext> = {},
): CallContext & { readonly notes: readonly string[] } {
  const notes: string[] = [];
  return {
    context: "task",
    message: "message",
    principal: "dispatcher",
    signal: new AbortController().signal,
    progress: (note) => void notes.push(note),
    ...context,
    notes,
  };
}
