import { expect, test } from "vitest";
import type { Worker } from "../../config/director.ts";
import type { Probe } from "../../workers/coding-agents/probe.ts";
import { codingAgents } from "../../workers/coding-agents/registry.ts";
import { wordsFor } from "./trials.ts";

const worker: Worker = { name: "g", kind: "gemini", model: "gemini-2.5-pro" };
const words = (outcome: Probe, more: { version?: string | null; worker?: Worker } = {}) =>
  wordsFor(outcome, { worker, known: codingAgents.gemini, version: "0.61.0", ...more });

test("a CLI that edited needs no mending, and tells its release", () => {
  expect(words({ state: "works", tookMs: 2_040 })).toEqual({
    detail: "gemini-2.5-pro, edited a file in 2.0 s, 0.61.0",
    mend: null,
  });
});

test("what a CLI with a login does not tell is said, and a key needs no word for it", () => {
  const works = { state: "works", tookMs: 1_000 } as const;
  const signedIn = { ...worker, loginHome: "/home/me" };
  const untold = "it does not tell: a cut answer, the end of a limit";
  expect(words(works, { worker: signedIn }).detail).toContain(untold);
  expect(words(works).detail).not.toContain("does not tell");
});

test("whoever is signed out is told the command, or the variable that the settings name", () => {
  const out = { state: "signed-out", why: "no" } as const;
  expect(words(out).mend).toBe("gemini, then /auth");
  const keyed = { ...worker, apiKeyEnv: "GEMINI_API_KEY" };
  expect(words(out, { worker: keyed }).mend).toContain("export GEMINI_API_KEY=");
});

test("one that wrote nothing has no tools that write, and says so (A16)", () => {
  const { detail, mend } = words({ state: "no-write-tools" });
  expect(detail).toContain("has no tool that writes files");
  expect(mend).toContain("npm install --global @google/gemini-cli@latest");
});

test("an old release is named as the cause of a failure, and forgiven where it works", () => {
  const old = { version: "0.1.9" };
  const failed = words({ state: "failed", why: "crash: it ended" }, old);
  expect(failed.detail).toContain("version 0.1.9 is too old");
  expect(failed.mend).toBe("npm install --global @google/gemini-cli@latest");
  expect(words({ state: "works", tookMs: 1 }, old).mend).toBeNull();
  const unknown = words({ state: "failed", why: "crash: it ended" }, { version: null });
  expect(unknown.detail).toBe("crash: it ended");
});

test("a broken sandbox is told as that, and a limit is no fault", () => {
  expect(words({ state: "sandbox-broken", why: "no namespaces" }).mend).toContain("sandbox");
  const full = words({ state: "at-limit", resetsAtMs: Date.parse("2026-11-21T18:00:00Z") });
  expect(full).toEqual({
    detail: "it is signed in, and its limit is used up until 2026-11-21T18:00:00.000Z",
    mend: null,
  });
});
