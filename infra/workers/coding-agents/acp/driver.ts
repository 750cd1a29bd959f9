import type { CodingAgent } from "@nightshift/agents/ports";
import type { PrivateHome } from "../home.ts";
import { opened } from "../opened.ts";
import type { Cli } from "../opened.ts";
import type { CodingAgentOptions } from "../options.ts";
import type { OwnWord } from "../outcome.ts";
import type { Place } from "../place.ts";
import { installCommand } from "../registry.ts";
import type { CodingAgentEntry } from "../registry.ts";
import { converse } from "./session.ts";
import { ownWord } from "./word.ts";

/** What is particular to one CLI that speaks ACP. */
export type AcpCli = Pick<
  CodingAgentEntry,
  "title" | "package" | "login" | "signInCommand" | "tells"
> &
  Pick<Cli, "hosts" | "upstream"> & {
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
  const { oauthToken: token = null } = options.env;
  const known = { ...cli, install: installCommand(cli) };
  return opened(known, options, async ({ program, api, identity, ...start }) => {
    const { home, contained } = start;
    const { model, outputTokensMax } = identity;
    const { args, env } = await cli.setUp({ home, model, outputTokensMax, contained, api, token });
    const end = await converse({ ...start, command: [program, ...args], env });
    return { end, word: { ...ownWord(end, cli), ...(await cli.journal?.(home.path)) } };
  });
}
