import type { CodingAgent } from "@nightshift/agents/ports";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { mask } from "../models/mask.ts";
import { splitLines } from "./lines.ts";
import { opened } from "./opened.ts";
import type { CodingAgentOptions } from "./options.ts";
import type { OwnWord } from "./outcome.ts";
import { openRecord } from "./record.ts";
import { start as startCli } from "./run.ts";
import { filled, variablesFor } from "./template.ts";

const SUMMARY_CHARACTERS_MAX = 4_000;

/**
 * Drives any program that edits files and ends, by a template of the settings: the prompt is its
 * standard input, and a file where the template says `{prompt}`. It tells nothing of tokens, limits
 * or cuts, so these are unknown, unless the settings name its model's address for a tap.
 */
export function createProgram(options: CodingAgentOptions): CodingAgent {
  const { binary, env, name: title, command = [] } = options;
  const cli = {
    title,
    install: `install ${binary}`,
    signInCommand: `sign in with ${binary}, or set the key that its settings name`,
    hosts: [],
    upstream: env.baseUrl ?? "",
    login: env.login ?? "",
  };
  // Nobody knows where a key without an address is meant for.
  const tapped = options.tapped !== false && env.baseUrl !== undefined;
  return opened(cli, { ...options, tapped }, async ({ program, api, identity, ...start }) => {
    const { home, request, secrets } = start;
    const record = openRecord(start);
    await home.write("prompt", request.prompt);
    const input = `${home.path}/prompt`;
    const { clone } = request;
    const blanks = { model: identity.model, clone, home: home.path, prompt: input };
    const args = filled(command.slice(1), blanks);
    let said = "";
    const lines = splitLines((line) => {
      record.keep({ type: "program.line", line });
      said = `${said}${line}\n`.slice(-SUMMARY_CHARACTERS_MAX);
    });
    const run = { ...start, command: [program, ...args], env: variablesFor(api, env) };
    const result = await startCli(run, { input, onOutput: lines.feed });
    lines.end();
    const word: OwnWord = {
      summary: said.trim(),
      end: result.exitCode === 0 ? "unknown" : null,
      usage: null,
      failure: crashOf(result, title, mask(result.stderr, secrets)),
    };
    return { end: { result, transcript: record.transcript() }, word };
  });
}

/** Its code is all that it tells; what the wire saw of why it gave up is weighed first. */
function crashOf({ exitCode }: ProcessResult, title: string, complaint: string) {
  if (exitCode === 0 || exitCode === null) return null;
  const said = complaint.trim().slice(-200);
  const text = `${title} ended with code ${exitCode}${said && `: ${said}`}`;
  return { kind: "crash" as const, text };
}
