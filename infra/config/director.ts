import { SettingsPatch } from "@nightshift/protocol/settings";
import { z } from "zod";
import { AccountSettings, Day, ResumeUntil } from "./accounts.ts";

/** An id that may stand in a stream name: of an account, an agent, a worker. */
const Id = z.string().regex(/^[a-z0-9-]{1,40}$/, "use a-z, 0-9 and hyphens, at most 40");

/** The settings name variables: a key written here would end in backups and screenshots. */
const Variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, "name the variable, do not write the key here");

/** Where model work is done: an API, or an agent CLI. */
export const Worker = z.strictObject({
  name: Id,
  /** An API, a CLI that the house drives, any agent that speaks ACP, or any program. */
  kind: z.enum([
    "anthropic",
    "openai",
    "claude-code",
    "codex",
    "gemini",
    "opencode",
    "qwen",
    "copilot",
    "acp",
    "program",
  ]),
  /** As its maker names it, e.g. `claude-sonnet-4-5`. */
  model: z.string().min(1).max(100),
  /** Key or subscription that limits are counted on; workers may share one. */
  account: Id.optional(),
  /** Name of the environment variable with the key; never the key itself. */
  apiKeyEnv: Variable.optional(),
  /** anthropic, openai: several keys of one account that take turns (C13). */
  apiKeyEnvs: z.array(Variable).min(2).max(20).optional(),
  /** Name of the variable with a subscription's token, e.g. what `claude setup-token` printed. */
  oauthTokenEnv: Variable.optional(),
  baseUrl: z.url().optional(),
  /** Path of the CLI; else it is looked up on PATH. */
  binary: z.string().optional(),
  /** Home whose login the CLI may use (a subscription). */
  loginHome: z.string().optional(),
  /** acp, program: the command line; `{model}`, `{clone}`, `{home}`, `{prompt}` (a file) in it. */
  command: z.array(z.string().min(1).max(1_000)).min(1).max(50).optional(),
  /** acp, program: name of the variable in which it finds the address of its model. */
  addressEnv: Variable.optional(),
  /** acp, program: where its login lies, below `loginHome`. */
  login: z
    .string()
    .regex(/^(?!\/)(?!(?:.*\/)?\.\.(?:\/|$)).+$/, "a path below the home, without ..")
    .optional(),
  family: Id.optional(),
  tier: z.enum(["local", "free", "small", "large"]).optional(),
  contextTokensMax: z.int().min(1_000).max(1_000_000).optional(),
  outputTokensMax: z.int().min(500).max(200_000).optional(),
  /** US dollars for a million tokens. */
  price: z.strictObject({ inputUsd: z.number().min(0), outputUsd: z.number().min(0) }).optional(),
});
export type Worker = z.infer<typeof Worker>;

/** An agent of the house: a role, the workers it may use, and the process it runs in. */
export const HouseAgent = z.strictObject({
  name: Id,
  role: z.enum(["planner", "implementer", "verifier", "assessor", "evolver"]),
  /** Names of workers; all of them where none is named. */
  workers: z.array(Id).default([]),
  process: z.enum(["shared", "own"]).default("shared"),
});
export type HouseAgent = z.infer<typeof HouseAgent>;

const everyone: HouseAgent[] = [
  { name: "planner", role: "planner", workers: [], process: "shared" },
  { name: "implementer", role: "implementer", workers: [], process: "shared" },
  { name: "verifier", role: "verifier", workers: [], process: "shared" },
  { name: "assessor", role: "assessor", workers: [], process: "shared" },
  { name: "evolver", role: "evolver", workers: [], process: "shared" },
];

/** What holds for all repositories of a director; lives in the XDG config folder. */
export const DirectorConfig = z.strictObject({
  /** IANA name; days, weeks and clock times are meant in it. */
  timeZone: z
    .string()
    .refine(isTimeZone, "not a time zone of the IANA list")
    .default(() => new Intl.DateTimeFormat().resolvedOptions().timeZone),
  budget: z
    .strictObject({
      dayUsd: z.number().min(0).nullable().default(5),
      nightUsd: z.number().min(0).nullable().default(null),
      weekTokens: z.int().min(0).nullable().default(3_500_000),
    })
    .prefault({}),
  workers: z.array(Worker).max(50).default([]),
  accounts: z.array(AccountSettings).max(50).default([]),
  day: Day,
  resumeUntil: ResumeUntil,
  agents: z.array(HouseAgent).min(5).max(50).default(everyone),
  /** Port of the WebSocket hub on loopback; 0 takes a free one. */
  hubPort: z.int().min(0).max(65_535).default(0),
  /** Hosts, as `127.0.0.1:8080` or `ci.lan`, that may be posted to though they are private ones. */
  privateHosts: z
    .array(z.string().regex(/^[a-z0-9.:[\]-]{1,200}$/))
    .max(50)
    .default([]),
  /**
   * Hosts that agent CLIs and preparations may reach beside their model's and the registries', as
   * `docs.example.com`, `*.example.com`, `llm.lan:8080`. Checks never have a network.
   */
  workerHosts: z
    .array(
      z.string().regex(/^(?:\*\.)?[a-z0-9.-]{1,200}(?::\d{1,5})?$/, "a host, as api.example.com"),
    )
    .max(50)
    .default([]),
  /** Where research looks things up, and citations of reports are checked. */
  web: z
    .strictObject({
      enabled: z.boolean().default(true),
      /** First page of a SearXNG server; asked before any other. */
      searxngUrl: z.url({ protocol: /^https?$/ }).optional(),
      /** Name of the variable with the key of Tavily; TAVILY_API_KEY where none is named. */
      tavilyKeyEnv: Variable.optional(),
    })
    .prefault({}),
  /** Where the log is: a path, `esdb://…` or `kurrentdb://…`; without a password. */
  log: z
    .string()
    .min(1)
    .max(1_000)
    .regex(/^(?![a-z+]+:\/\/.*@)/is, "names and passwords belong in NIGHTSHIFT_LOG, not here")
    .optional(),
  settings: SettingsPatch.prefault({}),
});
export type DirectorConfig = z.infer<typeof DirectorConfig>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).format(0) !== "";
  } catch {
    return false;
  }
}
