import { WorkerFailure } from "@nightshift/agents/ports";
import { expect, test } from "vitest";
import { profileOf } from "../models/profiles.ts";
import { outcomeOf } from "./outcome.ts";
import type { Judged, OwnWord } from "./outcome.ts";
import type { Tapped } from "./tap/tap.ts";

const model = "claude-sonnet-4-6";
const identity = { ...profileOf(model), name: "n", account: "a", model };
const usage = { inputTokens: 1_000, cachedTokens: 0, outputTokens: 100, cacheWriteTokens: 0 };
const twice = { ...usage, inputTokens: 2_000, outputTokens: 200 };
const windows = [{ window: "five_hour", usedPercent: 40, resetsAtMs: null }];
const done: OwnWord = { summary: "Done.", end: "finished", usage, costMicroUsd: 7, failure: null };
const cut: OwnWord = { ...done, end: "truncated" };
const quiet: Tapped = {
  calls: 1,
  usage,
  cut: false,
  refusedKey: false,
  limit: null,
  windows: [],
  failing: null,
};

function outcome(word: OwnWord, tapped: Tapped | null, cli: Partial<Judged["cli"]> = {}) {
  const request = { prompt: "p", clone: "/c", silenceMs: 1, wallMs: 1 };
  const result = {
    exitCode: 0,
    signal: null,
    timedOut: false,
    silent: false,
    stdout: "",
    stderr: "",
    cut: false,
    durationMs: 1,
  };
  return outcomeOf({
    run: { request, secrets: [] },
    end: { result, transcript: "" },
    word,
    tapped,
    identity,
    keyed: true,
    cli: { title: "It", signInCommand: "sign in", ...cli },
  });
}

test("a call that was made after a cut is counted, and paid for by the table (I3)", () => {
  const told = outcome(cut, { ...quiet, calls: 2, usage: twice });
  expect(told).toMatchObject({ stopReason: "truncated", usage: { inputTokens: 2_000 } });
  expect(told.costMicroUsd).toBe(2_000 * 3 + 200 * 15);
});

test("a CLI that counted all that passed knows best what it cost", () => {
  expect(outcome(done, quiet)).toMatchObject({ costMicroUsd: 7, costKind: "billed" });
  expect(outcome(done, null)).toMatchObject({ costMicroUsd: 7, usage: { inputTokens: 1_000 } });
});

test("windows are told by the wire, else by the CLI", () => {
  const later = [{ window: "five_hour", usedPercent: 45, resetsAtMs: null }];
  expect(outcome({ ...done, windows }, { ...quiet, windows: later }).windows).toEqual(later);
  expect(outcome({ ...done, windows }, quiet).windows).toEqual(windows);
  expect(outcome(done, quiet)).not.toHaveProperty("windows");
});

test("a server that failed at last is the reason, unless the CLI is known to tell its ends", () => {
  const failing = { ...quiet, failing: 503 };
  expect(() => outcome(done, failing)).toThrow(/server answered 503/);
  expect(outcome(done, failing, { tellsCuts: true }).stopReason).toBe("finished");
  const gaveUp: OwnWord = { ...done, end: null };
  expect(() => outcome(gaveUp, failing, { tellsCuts: true })).toThrow(WorkerFailure);
  expect(() => outcome(gaveUp, failing, { tellsCuts: true })).toThrow(/server answered 503/);
});
