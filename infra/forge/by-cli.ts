import { execFile } from "node:child_process";
import { Unreachable } from "@nightshift/agents/forge";
import { jsonOf } from "./by-http.ts";
import { ANSWER_BYTES_MAX, ANSWER_WALL_MS, type Answer, type Transport } from "./transport.ts";

/**
 * A forge by `gh api` or `glab api`, which sign in by themselves: no token passes through here. What
 * is sent goes over standard input, so that nothing of it stands in a command line.
 * @param env The director's own: the CLI finds its sign-in there.
 * @param signal Ends what is asked.
 */
export function byCli(
  command: "gh" | "glab",
  host: string | null,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Transport {
  return (method, path, body) => {
    const at = host === null ? [] : ["--hostname", host];
    const input = body === undefined ? [] : ["--input", "-", "--header", CONTENT_TYPE];
    const args = ["api", "--include", "--method", method, ...at, ...input, path];
    const sent = body === undefined ? "" : JSON.stringify(body);
    return run(command, args, { env, signal }, sent);
  };
}

const CONTENT_TYPE = "Content-Type: application/json";

function run(
  command: string,
  args: readonly string[],
  { env, signal }: { env: Readonly<Record<string, string | undefined>>; signal: AbortSignal },
  input: string,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      command,
      args,
      {
        env: { ...env, NO_COLOR: "1", GH_PROMPT_DISABLED: "1", CLICOLOR: "0", NO_PROMPT: "1" },
        signal,
        timeout: ANSWER_WALL_MS,
        maxBuffer: ANSWER_BYTES_MAX,
      },
      (_error, stdout) => {
        // It ends with 1 for what the forge refuses; what the forge said stands on standard output.
        const answer = answerIn(stdout);
        if (answer !== null) resolve(answer);
        else reject(new Unreachable(`${command} api gave no answer: try ${command} auth status`));
      },
    );
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}

/** A status line, headers, an empty line, and the body; the CLI writes no other form. */
function answerIn(stdout: string): Answer | null {
  const head = /^HTTP\/[\d.]+ (\d{3})[^\n]*\n(?:[^\r\n]+\r?\n)*\r?\n/.exec(stdout);
  if (!head) return null;
  return { status: Number(head[1]), body: jsonOf(stdout.slice(head[0].length)) };
}
