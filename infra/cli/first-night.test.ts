import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDirector, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A director with nothing set up, and a subscription: a CLI that is there and signed in. */
async function subscriber(): Promise<Director> {
  const who = await openDirector({ "nightshift.config.yaml": null });
  open.push(who);
  const bin = join(who.root, "bin");
  mkdirSync(bin);
  const program = join(bin, "claude");
  writeFileSync(program, '#!/bin/sh\necho "2.1.329 (Claude Code)"\n');
  chmodSync(program, 0o755);
  const home = who.env["HOME"] ?? "";
  mkdirSync(join(home, ".claude"), { recursive: true });
  writeFileSync(join(home, ".claude", ".credentials.json"), "{}");
  // Of this machine's programs only those that a repository needs, and no agent CLI.
  who.env["PATH"] = `${bin}:/usr/bin:/bin`;
  return who;
}

test("with one subscription a first night finds, shows and writes all that it needs", async () => {
  const who = await subscriber();
  const { stderr, code } = await who.nightshift(["run", "--yes"], { wallMs: 60_000 });
  expect(stderr).toContain("npm test  (package.json");
  expect(stderr).toContain("main; accepted work goes to nightshift/main");
  expect(stderr).toContain("claude-code");
  expect(stderr).toContain("$5 a day, 3,500,000 tokens a week");
  expect(stderr).toContain("25 % of every window of a subscription stay free for your day");
  expect(stderr).toContain("nothing is merged without your approval");
  expect(who.read("nightshift.config.yaml")).toContain("\ntest: npm test\n");
  expect(readFileSync(who.paths.config, "utf8")).toContain("kind: claude-code");
  expect(stderr).not.toContain("mend it");
  expect(code).toBe(0);
  const again = await who.nightshift(["run", "--yes"], { wallMs: 60_000 });
  expect(again.stderr).not.toContain("Not set up yet");
});

test("where nobody could confirm it nothing is written, and what to do is told", async () => {
  const who = await subscriber();
  const { stderr, code } = await who.nightshift(["run"]);
  expect(stderr).toContain("not set up for Night Shift");
  expect(code).toBe(1);
  expect(existsSync(join(who.repo, "nightshift.config.yaml"))).toBe(false);
  expect(existsSync(who.paths.config)).toBe(false);
});

test("without anybody who could work no night begins and nothing is written", async () => {
  const who = await subscriber();
  who.env["PATH"] = "/usr/bin:/bin";
  const { stderr, code } = await who.nightshift(["run", "--yes"]);
  expect(stderr).toContain("none yet; one of these is enough");
  expect(code).toBe(4);
  expect(existsSync(who.paths.config)).toBe(false);
});

test("a dry run sets nothing up", async () => {
  const who = await subscriber();
  await who.nightshift(["run", "--dry-run", "--yes"]);
  expect(existsSync(join(who.repo, "nightshift.config.yaml"))).toBe(false);
});
