import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Peer } from "@nightshift/protocol/bus";
import {
  skills,
  type SkillInput,
  type SkillName,
  type SkillOutput,
} from "@nightshift/protocol/skills";

/** What a guest makes of a task, by the task's name. */
export type Deed = {
  files: Record<string, string>;
  /** What it says that it made; the truth where nothing is given. */
  claims?: Partial<Extract<SkillOutput<"implement">, { status: "executed" }>["executed"]>;
};

/**
 * An implementer from elsewhere, whose card offers to judge as well.
 * @param deeds What it does each time it is asked to work on a task of that name.
 */
export function visitor(name: string, deeds: Record<string, (Deed | SkillOutput<"implement">)[]>) {
  const asked: SkillName[] = [];
  const peer: Peer = {
    card: {
      name,
      description: "a visitor",
      version: "1",
      skills: ["bid", "implement", "verify", "assess", "admit", "plan"],
    },
    async handle(skill, input) {
      asked.push(skill);
      if (skill === "bid") return { bids: [bid(name)] };
      if (skill !== "implement") throw new Error(`a guest was asked to ${skill}`);
      const read = skills.implement.input.parse(input);
      const deed = deeds[read.spec.name]?.shift();
      if (deed === undefined) throw new Error(`nobody told what to do with ${read.spec.name}`);
      return "status" in deed ? deed : work(name, read, deed);
    },
  };
  return { peer, asked };
}

function bid(name: string): SkillOutput<"bid">["bids"][number] {
  const terms = { tier: "small", priceMicroUsd: 10, etaMs: 1_000 } as const;
  return { model: `${name}-1`, family: "elsewhere", account: "house-account", ...terms };
}

function work(
  by: string,
  input: SkillInput<"implement">,
  { files, claims }: Deed,
): SkillOutput<"implement"> {
  const { model, base, repo, attempt } = input;
  const commit = commitOn(repo.path, base, attempt, files);
  const made = Object.entries(files).map(([path, text]) => ({
    path,
    status: "added" as const,
    addedLines: text.split("\n").length - 1,
    removedLines: 0,
    baseLines: 0,
  }));
  return {
    status: "executed",
    prompted: { by, model, blob: unknownBlob("prompt"), contextTokens: 10, capTokens: 100 },
    executed: {
      by,
      model,
      family: "elsewhere",
      usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 10 },
      costMicroUsd: 900_000_000,
      costKind: "billed",
      stopReason: "finished",
      commit,
      files: made,
      diff: unknownBlob("diff"),
      transcript: unknownBlob("transcript"),
      report: null,
      durationMs: 10,
      sandboxed: true,
      ...claims,
    },
  };
}

/** The name of a body that the house does not have. */
export function unknownBlob(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** As someone with a clone of their own and leave to push would do it. */
function commitOn(repo: string, base: string, name: string, files: Record<string, string>): string {
  const clone = mkdtempSync(join(tmpdir(), "nightshift-visitor-"));
  const who = {
    GIT_AUTHOR_NAME: "V",
    GIT_AUTHOR_EMAIL: "v@localhost",
    GIT_COMMITTER_NAME: "V",
    GIT_COMMITTER_EMAIL: "v@localhost",
  };
  const env = { ...process.env, ...who, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" };
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: clone, env, encoding: "utf8", stdio: "pipe" }).trim();
  try {
    git("clone", "--quiet", repo, ".");
    git("checkout", "--quiet", "--detach", base);
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(clone, path)), { recursive: true });
      writeFileSync(join(clone, path), text);
    }
    git("add", "--all");
    git("commit", "--quiet", "-m", "A visitor's work");
    git("push", "--quiet", "origin", `HEAD:refs/visitors/${name}`);
    return git("rev-parse", "HEAD");
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
}
