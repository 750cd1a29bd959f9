import { MergePolicy } from "@nightshift/protocol/attempt";
import { z } from "zod";

const Branch = z
  .string()
  .min(1)
  .max(200)
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]*$/, "not a branch name");

/** Where its branches are reviewed by people. */
const ForgeConfig = z
  .strictObject({
    kind: z.enum(["github", "gitlab", "gitea", "forgejo"]),
    /** Its address, where it is not github.com or gitlab.com. */
    url: z.url({ protocol: /^https?$/ }).optional(),
    /** `owner/name`. */
    repository: z
      .string()
      .max(200)
      .regex(/^[A-Za-z0-9][\w.-]*(\/[A-Za-z0-9][\w.-]*)+$/, "not owner/name"),
    /** The branch that requests are to be merged into. */
    base: Branch.default("main"),
    /** The git remote that branches are pushed to. */
    remote: z
      .string()
      .regex(/^[A-Za-z0-9][\w.-]*$/, "not the name of a remote")
      .default("origin"),
    /** The environment variable with the token; without it `gh` or `glab` sign in by themselves. */
    tokenEnv: z
      .string()
      .regex(/^[A-Z][A-Z0-9_]*$/, "name the variable, do not write the token here")
      .optional(),
  })
  .refine(({ kind, url }) => url !== undefined || !["gitea", "forgejo"].includes(kind), {
    message: "url: where is it?",
  });
export type ForgeConfig = z.infer<typeof ForgeConfig>;

/** What a repository says about itself; `nightshift.config.yaml` in its root. */
export const RepositoryConfig = z.strictObject({
  name: z.string().min(1).max(80).optional(),
  /** The command that must stay green. Run in the sandbox, without network. */
  test: z.string().min(1).max(500),
  /** Prepares a fresh checkout, e.g. `npm ci`. The one step with network; cached by lock file. */
  prepare: z.string().min(1).max(500).nullable().default(null),
  /** Where accepted work is merged. Never the branch you have checked out. */
  target: Branch.default("nightshift/main"),
  /** Where the target begins when it is not there yet. */
  start: Branch.optional(),
  merge: MergePolicy.default("pull-request"),
  mergeByCategory: z.record(z.string(), MergePolicy).default({}),
  /** Globs that no task may change, besides the built-in ones. */
  sealed: z.array(z.string().min(1).max(300)).max(100).default([]),
  sandbox: z.enum(["required", "off"]).default("required"),
  parallel: z.int().min(1).max(16).default(1),
  overlap: z.boolean().default(false),
  afterMerge: z.string().min(1).max(500).nullable().default(null),
  /** Without it, what waits for review waits on a branch here. */
  forge: ForgeConfig.optional(),
  backlog: z.string().default("TASKS.md"),
  /** The director's notes, five to ten lines, read at each start (A10). */
  notes: z.string().default("NIGHT-NOTES.md"),
});
export type RepositoryConfig = z.infer<typeof RepositoryConfig>;

export const REPOSITORY_FILE = "nightshift.config.yaml";

/** Paths that no task may change in any repository: the gates themselves (I5). */
export const SEALED_ALWAYS: readonly string[] = [
  REPOSITORY_FILE,
  "nightshift.config.yml",
  ".nightshift/**",
  ".github/**",
  ".gitlab-ci.yml",
  ".gitea/**",
  ".forgejo/**",
  ".ci/**",
  ".git/**",
  ".gitattributes",
];
