import type { CheckOptions, Checks, TestRun } from "../ports.ts";

type Ran = { commit: string; command: string } & Pick<CheckOptions, "measured" | "edits">;
type Result = Partial<TestRun> | boolean;

/**
 * The twin of the checks: says what a command would say at a commit; `true` passes, `false` fails.
 * A command that it does not know fails as a shell would, with 127.
 */
export function scriptedChecks(
  results: Readonly<Record<string, Result>> | ((ran: Ran) => Result),
  { sandboxed = true }: { sandboxed?: boolean } = {},
): Checks & { readonly ran: readonly Ran[] } {
  const ran: Ran[] = [];
  return {
    sandboxed,
    ran,
    async run(_repo, commit, command, { signal, measured, edits }) {
      signal.throwIfAborted();
      const asked = { commit, command, ...(measured && { measured }), ...(edits && { edits }) };
      ran.push(asked);
      const result =
        typeof results === "function"
          ? results(asked)
          : (results[command] ?? { exitCode: 127, tail: `${command}: not found` });
      const told = typeof result === "boolean" ? { exitCode: result ? 0 : 1 } : result;
      return {
        exitCode: 0,
        timedOut: false,
        passed: null,
        failed: null,
        failures: [],
        successes: [],
        tail: "",
        durationMs: 1,
        ...told,
      };
    },
  };
}
