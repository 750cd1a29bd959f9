import type { CodingAgent } from "@nightshift/agents/ports";
import type { ModelIdentity } from "../models/anthropic.ts";
import { reveal } from "./binary.ts";
import { openHome } from "./home.ts";
import type { CodingAgentOptions } from "./options.ts";
import { outcomeOf } from "./outcome.ts";
import type { OwnWord } from "./outcome.ts";
import { openPlace } from "./place.ts";
import type { Place } from "./place.ts";
import type { CliEnd, CliStart } from "./run.ts";

/** What the house knows of one CLI before it is started. */
export type Cli = {
  /** As people call it. */
  title: string;
  /** The command that installs it. */
  install: string;
  signInCommand: string;
  login: string;
  /** Of its maker: the model, and where a login is renewed. */
  hosts: readonly string[];
  /** Address of the API that a key is meant for when none is named. */
  upstream: string;
  /** Whether it tells its own cuts, and its own end. */
  tellsCuts?: boolean;
};

/** What one run of a CLI works with, until it is over. */
type Opened = Omit<CliStart, "command" | "env"> & {
  /** Its real path. */
  program: string;
  api: Place["api"];
  identity: ModelIdentity;
  /** Whether a sandbox of ours holds it. */
  contained: boolean;
};

/** Starts the CLI, hears it to its end, and tells what it said of it. */
type Work = (opened: Opened) => Promise<{ end: CliEnd; word: OwnWord }>;

/**
 * A CLI as a coding agent: for each run a private home and a place beside its model are opened, and
 * closed again with all that lies in them, whatever goes wrong in between.
 */
export function opened(cli: Cli, options: CodingAgentOptions, work: Work): CodingAgent {
  const { binary, sandbox, env, blobs, clock, homes, command: _command, ...rest } = options;
  const { tapped, settings, ...identity } = rest;
  const contained = sandbox.kind !== "off";
  return {
    ...identity,
    async work(request, told) {
      const path = process.env["PATH"];
      const program = reveal(binary, { sandbox, path, mend: cli.install });
      const home = await openHome(homes);
      try {
        const { signal } = told;
        const { api, run, ...place } = await openPlace(cli, {
          env,
          home,
          clock,
          tapped,
          settings,
          signal,
        });
        try {
          const start = { ...run, sandbox, home, request, options: told };
          const { end, word } = await work({ ...start, program, api, identity, contained });
          // What passed on the wire is heard to its end before it is judged.
          await place.close();
          const outcome = outcomeOf({ run: start, end, word, identity, cli, ...place.told });
          return { ...outcome, transcript: await blobs.put(end.transcript) };
        } finally {
          await place.close();
        }
      } finally {
        await home.close();
      }
    },
  };
}
