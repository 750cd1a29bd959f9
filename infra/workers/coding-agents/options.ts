import type { Blobs } from "@nightshift/agents/ports";
import type { Clock } from "@nightshift/protocol/clock";
import type { ModelIdentity } from "../models/anthropic.ts";
import type { CliSandbox } from "./binary.ts";
import type { TapSettings } from "./tap/tap.ts";

export type CodingAgentOptions = ModelIdentity & {
  /** A path, or a name that is looked up on PATH. */
  binary: string;
  sandbox: CliSandbox;
  env: SignIn;
  blobs: Blobs;
  clock?: Pick<Clock, "now">;
  /** Where private homes are made; the temporary folder by default. */
  homes?: string;
  /** Of an agent that the house knows no command line of: the director's own, program first. */
  command?: readonly string[];
  /** How long a limit is waited for; the defaults, where nobody set it. */
  settings?: TapSettings;
  /** False believes the CLI's own word alone, as with a login, which no tap may stand before. */
  tapped?: boolean;
};

/** How a CLI signs in: by a key, by a long-lived token, or by a copy of its own login. */
export type SignIn = {
  apiKey?: string;
  baseUrl?: string;
  /** What a subscription gives for machines, e.g. what `claude setup-token` prints. */
  oauthToken?: string;
  /** Home folder in which the CLI was signed in. */
  loginHome?: string;
  /** Names of the variables in which a program that the house does not know finds them. */
  keyVariable?: string;
  addressVariable?: string;
  /** Where such a program keeps its login, below the home folder. */
  login?: string;
};

/** What a CLI tells of a run by itself; what it does not tell is recorded as unknown. */
export type Tells = {
  tokens: boolean;
  cost: boolean;
  truncation: boolean;
  /** When a limit ends. */
  reset: boolean;
  /** A session that could be taken up again. */
  resume: boolean;
  /** Asks before it does what needs leave. */
  permissions: boolean;
};
