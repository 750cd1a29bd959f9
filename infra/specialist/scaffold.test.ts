import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../log/test-log.ts";
import { scaffold } from "./scaffold.ts";

test("what is written works: in 25 lines, and its own test passes", async () => {
  const folder = await testFolder();
  for (const name of ["line-ender", "a", "two--words-9"]) {
    const { test: path, agent } = scaffold(folder, name);
    expect(readFileSync(agent, "utf8").trimEnd().split("\n").length).toBeLessThanOrEqual(25);
    const told = execFileSync(process.execPath, ["--test", path], { encoding: "utf8" });
    expect(told).toContain("pass 2");
  }
});

test("nothing that is there is written over", async () => {
  const folder = await testFolder();
  const { agent } = scaffold(folder, "mine");
  const before = readFileSync(agent, "utf8");
  expect(() => scaffold(folder, "mine")).toThrow("is there already");
  expect(readFileSync(join(folder, "mine.ts"), "utf8")).toBe(before);
});
