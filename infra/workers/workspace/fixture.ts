import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A repository of a director for tests, in a folder of its own. */
export type Fixture = {
  folder: string;
  repo: string;
  root: string;
  /** Runs git in the repository as its owner. */
  git(...args: string[]): string;
  /** Writes files and commits them on the branch checked out. @returns the commit. */
  commit(files: Record<string, string | Buffer>, message?: string): string;
  remove(): void;
};

export function createFixture(files: Record<string, string | Buffer>): Fixture {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-test-"));
  const repo = join(folder, "repo");
  mkdirSync(repo);
  const env = {
    PATH: process.env["PATH"],
    HOME: folder,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_AUTHOR_NAME: "Dora",
    GIT_AUTHOR_EMAIL: "dora@example.org",
    GIT_COMMITTER_NAME: "Dora",
    GIT_COMMITTER_EMAIL: "dora@example.org",
  };
  const git = (...args: string[]) =>
    execFileSync("git", args, { cwd: repo, env, encoding: "utf8", stdio: "pipe" }).trim();
  git("init", "--quiet", "--initial-branch=main");
  const fixture: Fixture = {
    folder,
    repo,
    root: join(folder, "house"),
    git,
    commit(added, message = "change") {
      for (const [path, content] of Object.entries(added)) {
        mkdirSync(dirname(join(repo, path)), { recursive: true });
        writeFileSync(join(repo, path), content);
      }
      git("add", "--all");
      git("commit", "--quiet", "--allow-empty", "--message", message);
      return git("rev-parse", "HEAD");
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
  fixture.commit(files, "base");
  return fixture;
}
