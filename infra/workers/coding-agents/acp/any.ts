import type { CodingAgent } from "@nightshift/agents/ports";
import type { CodingAgentOptions, Tells } from "../options.ts";
import { filled, variablesFor } from "../template.ts";
import { createAcp } from "./driver.ts";

/** Drives any agent that speaks ACP, by the command line that the settings name. */
export function createAnyAcp(options: CodingAgentOptions): CodingAgent {
  const { binary, env, name } = options;
  const [, ...args] = options.command ?? [];
  const cli = {
    title: name,
    package: binary,
    signInCommand: `sign in with ${binary}, or set the key that its settings name`,
    hosts: [],
    upstream: env.baseUrl ?? "",
    login: env.login ?? "",
    tells: UNKNOWN,
  };
  return createAcp(
    {
      ...cli,
      setUp({ home: { path: home }, model, api }) {
        const blanks = { model, home, clone: "", prompt: "" };
        return Promise.resolve({ args: filled(args, blanks), env: variablesFor(api, env) });
      },
    },
    // Nobody knows where a key without an address is meant for.
    { ...options, tapped: options.tapped !== false && env.baseUrl !== undefined },
  );
}

const UNKNOWN: Tells = {
  tokens: false,
  cost: false,
  truncation: false,
  reset: false,
  resume: false,
  permissions: true,
};
