import type { CodingAgent } from "@nightshift/agents/ports";
import type { ProcessResult } from "@nightshift/agents/sandbox";
import { mask } from "../models/mask.ts";
import { reveal } from "./binary.ts";
import { openHome } from "./home.ts";
import { splitLines } from "./lines.ts";
import type { CodingAgentOptions } from "./options.ts";
import { outcomeOf } from "./outcome.ts";
import type { OwnWord } from "./outcome.ts";
import { openPlace } from "./place.ts";
import { openRecord } from "./record.ts";
import { start } from "./run.ts";
import { filled, variablesFor } from "./template.ts";

const SUMMARY_CHARACTERS_MAX = 4_000;

/**
 * Drives any program that edits files and ends, by a template of the settings: the prompt is its
 * standard input, and a file where the template says `{prompt}`. It tells nothing of tokens, limits
 * or cuts, so these are unknown, unless the settings name its model's address for a tap.
 */
export function createProgram(options: CodingAgentOptions): CodingAgent {
  const { binary, sandbox, env, blobs, clock, homes, command, tapped, ...identity } = options;
  const title = identity.name;
  const cli = {
    title,
    signInCommand: `sign in with ${binary}, or set the key that its settings name`,
    hosts: [],
    upstream: env.baseUrl ?? "",
    login: env.login ?? "",
  };
  return {
    ...identity,
    async work(request, workOptions) {
      const mend = `install ${binary}`;
      const program = reveal(binary, { sandbox, path: process.env["PATH"], mend });
      const home = await openHome(homes);
      const isTapped = tapped !== false && env.baseUrl !== undefined;
      const place = await openPlace(cli, {
        env,
        home,
        clock,
        tapped: isTapped,
        signal: workOptions.signal,
      });
      try {
        const { run: wire, api } = place;
        const record = openRecord({ request, options: workOptions, secrets: wire.secrets });
        await home.write("prompt", request.prompt);
        const input = `${home.path}/prompt`;
        const { clone } = request;
        const blanks = { model: identity.model, clone, home: home.path, prompt: input };
        const args = filled((command ?? []).slice(1), blanks);
        let said = "";
        const lines = splitLines((line) => {
          record.keep({ type: "program.line", line });
          said = `${said}${line}\n`.slice(-SUMMARY_CHARACTERS_MAX);
        });
        const variables = variablesFor(api, env);
        const run = { ...wire, sandbox, home, request, options: workOptions };
        const started = { ...run, command: [program, ...args], env: variables };
        const result = await start(started, { input, onOutput: lines.feed });
        lines.end();
        const end = { result, transcript: record.transcript() };
        const word: OwnWord = {
          summary: said.trim(),
          end: result.exitCode === 0 ? "unknown" : null,
          usage: null,
          failure: crashOf(result, title, mask(result.stderr, wire.secrets)),
        };
        const outcome = outcomeOf({ run, end, word, identity, cli, ...place.told });
        return { ...outcome, transcript: await blobs.put(end.transcript) };
      } finally {
        await place.close();
        await home.close();
      }
    },
  };
}

/** Its code is all that it tells; what the wire saw of why it gave up is weighed first. */
function crashOf({ exitCode }: ProcessResult, title: string, complaint: string) {
  if (exitCode === 0 || exitCode === null) return null;
  const said = complaint.trim().slice(-200);
  const text = `${title} ended with code ${exitCode}${said && `: ${said}`}`;
  return { kind: "crash" as const, text };
}
