import type { CodingAgent } from "@nightshift/agents/ports";
import { reveal } from "../binary.ts";
import { openHome } from "../home.ts";
import type { PrivateHome } from "../home.ts";
import type { CodingAgentOptions } from "../options.ts";
import { outcomeOf } from "../outcome.ts";
import type { OwnWord } from "../outcome.ts";
import { openPlace } from "../place.ts";
import type { Place } from "../place.ts";
import { installCommand } from "../registry.ts";
import type { CodingAgentEntry } from "../registry.ts";
import { converse } from "./session.ts";
import { ownWord } from "./word.ts";

/** What is particular to one CLI that speaks ACP. */
export type AcpCli = Pick<
  CodingAgentEntry,
  "title" | "package" | "login" | "signInCommand" | "tells"
> & {
  /** Of its maker: the model, and where a login is renewed. */
  hosts: readonly string[];
  /** Address of the API that a key is meant for when none is named. */
  upstream: string;
  /** Writes its settings into the home, and tells how it is started. */
  setUp(setup: Setup): Promise<{ args: readonly string[]; env: Record<string, string> }>;
  /** What it wrote down of the run in structured fields, where that is more than it told. */
  journal?: (home: string) => Promise<Partial<OwnWord>>;
};

type Setup = {
  home: PrivateHome;
  model: string;
  outputTokensMax: number;
  /** Whether a sandbox of ours holds it. */
  contained: boolean;
  api: Place["api"];
  /** What a subscription gives for machines; null without one. */
  token: string | null;
};

/** Drives a CLI by the Agent Client Protocol, in a private home in the sandbox. */
export function createAcp(cli: AcpCli, options: CodingAgentOptions): CodingAgent {
  const { binary, sandbox, env, blobs, clock, homes, command: _command, ...rest } = options;
  const { tapped, ...identity } = rest;
  return {
    ...identity,
    async work(request, workOptions) {
      const program = reveal(binary, {
        sandbox,
        path: process.env["PATH"],
        mend: installCommand(cli),
      });
      const home = await openHome(homes);
      const place = await openPlace(cli, { env, home, clock, tapped, signal: workOptions.signal });
      try {
        const contained = sandbox.kind !== "off";
        const { model, outputTokensMax } = identity;
        const { api } = place;
        const setup = { home, model, outputTokensMax, contained, api };
        const started = await cli.setUp({ ...setup, token: env.oauthToken ?? null });
        const run = {
          ...place.run,
          sandbox,
          home,
          request,
          options: workOptions,
          command: [program, ...started.args],
          env: started.env,
          contained,
        };
        const end = await converse(run);
        const word = { ...ownWord(end, cli), ...(await cli.journal?.(home.path)) };
        const result = outcomeOf({ run, end, word, identity, cli, ...place.told });
        return { ...result, transcript: await blobs.put(end.transcript) };
      } finally {
        await place.close();
        await home.close();
      }
    },
  };
}
