import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LimitReached, WorkerFailure } from "@nightshift/agents/ports";
import type { CodingAgent, CodingResult } from "@nightshift/agents/ports";
import { expect, onTestFinished, test } from "vitest";
import { profileOf } from "../models/profiles.ts";
import { probe } from "./probe.ts";
import { isOlder } from "./version.ts";

const done: CodingResult = {
  summary: "I wrote the file, and all is well.",
  stopReason: "finished",
  usage: null,
  costMicroUsd: 0,
  costKind: "unknown",
  transcript: "",
};

/** What a probe says of an agent that does this with the prompt, in the clone. */
async function probed(does: (prompt: string, clone: string) => Promise<unknown>) {
  const parent = await mkdtemp(join(tmpdir(), "probe-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const agent: CodingAgent = {
    ...profileOf("m"),
    name: "n",
    account: "a",
    work: ({ prompt, clone }) => does(prompt, clone).then(() => done),
  };
  const outcome = await probe(agent, { signal: new AbortController().signal, parent });
  expect(await readdir(parent)).toEqual([]);
  return outcome;
}

const lineOf = (prompt: string) => /^probe .*$/m.exec(prompt)?.[0] ?? "";

test("an agent works when the line stands on the disk", async () => {
  const outcome = await probed((prompt, clone) =>
    writeFile(join(clone, "nightshift-probe.txt"), `${lineOf(prompt)}\n`),
  );
  expect(outcome).toMatchObject({ state: "works" });
});

test("it works too when it failed after the file was written", async () => {
  const outcome = await probed(async (prompt, clone) => {
    await writeFile(join(clone, "nightshift-probe.txt"), lineOf(prompt));
    throw new WorkerFailure("hang", "no byte");
  });
  expect(outcome).toMatchObject({ state: "works" });
});

test("a good end without the line is an agent that cannot write, whatever it says", async () => {
  expect(await probed(() => Promise.resolve())).toEqual({ state: "no-write-tools" });
  const guessed = await probed((_, clone) =>
    writeFile(join(clone, "nightshift-probe.txt"), "probe 1\n"),
  );
  expect(guessed).toEqual({ state: "no-write-tools" });
});

test("a limit is no fault: whoever is at it is signed in", async () => {
  const outcome = await probed(() => Promise.reject(new LimitReached("a", 5)));
  expect(outcome).toEqual({ state: "at-limit", resetsAtMs: 5 });
});

test("what it failed of is told by its name", async () => {
  const failed = (kind: WorkerFailure["kind"]) =>
    probed(() => Promise.reject(new WorkerFailure(kind, "why")));
  expect(await failed("sign-in")).toEqual({ state: "signed-out", why: "why" });
  expect(await failed("sandbox")).toEqual({ state: "sandbox-broken", why: "why" });
  expect(await failed("hang")).toEqual({ state: "failed", why: "hang: why" });
});

test("releases are compared by number, not by letter", () => {
  expect(isOlder("1.9.9", "1.18.0")).toBe(true);
  expect(isOlder("1.18.0", "1.18.0")).toBe(false);
  expect(isOlder("2.0.0", "1.18.33")).toBe(false);
});
