import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { loadTokenCounter } from "@nightshift/agents/implementer/tokens";
import { tokenScales } from "@nightshift/projections/token-scales";
import type { AttemptEvent } from "@nightshift/protocol/attempt";
import type { Recorded } from "@nightshift/protocol/envelope";
import { median } from "./ratio.ts";

const CALLS_LEARNED = 20;
const CALLS_FORETOLD = 40;
const FILES_A_PROMPT = 6;
const PROMPT_CHARS_MAX = 24_000;
/** What a server adds around a prompt: roles, marks, a system text of its own. */
const OVERHEADS = [7, 180];

/**
 * How far a prompt's estimate is from what its model reports after 20 calls; of the later ones, by
 * which it is measured, nothing is learned. The models are two
 * whose tokenizers are public and not ours, cl100k and p50k, with an overhead a call; older ones
 * (r50k) count each blank of an indent and are not foretold so well. The prompts are files of this
 * very project, code and prose mixed.
 * @returns shares by which the later calls were missed: the median, and what 9 of 10 keep.
 */
export async function estimateErrors(): Promise<Missed[]> {
  const raw = await loadTokenCounter();
  const models = [
    { model: "cl100k", ...(await import("gpt-tokenizer/encoding/cl100k_base")) },
    { model: "p50k", ...(await import("gpt-tokenizer/encoding/p50k_base")) },
  ];
  const prompts = promptsOfProject(CALLS_LEARNED + CALLS_FORETOLD);
  return models.map(({ model, countTokens }, at) => {
    const view = tokenScales.initial();
    const told = prompts.map(
      (text) => (OVERHEADS[at] ?? 0) + countTokens(text, { disallowedSpecial: new Set() }),
    );
    const missed: number[] = [];
    for (const [call, text] of prompts.entries()) {
      const rawTokens = raw(text);
      const scale = view.models.get(model) ?? { perToken: 1, overheadTokens: 0 };
      const reported = told[call] ?? 0;
      const estimate = scale.overheadTokens + rawTokens * scale.perToken;
      if (call >= CALLS_LEARNED) {
        missed.push(Math.abs(estimate - reported) / reported);
        continue;
      }
      for (const event of eventsOf(model, rawTokens, reported)) {
        tokenScales.apply(view, recorded(`attempt-${call}`, event));
      }
    }
    const sorted = missed.toSorted((a, b) => a - b);
    const of9in10 = sorted[Math.floor(sorted.length * 0.9)] ?? Number.NaN;
    return { model, typical: median(missed), of9in10 };
  });
}

type Told = Extract<AttemptEvent, { type: "attempt.prompted" | "attempt.executed" }>;
type Missed = { model: string; typical: number; of9in10: number };

function promptsOfProject(count: number): string[] {
  const root = join(import.meta.dirname, "..", "..");
  const files = ["agents", "infra", "blackboard", "projections", "tests"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.includes("node_modules"))
      .map((path) => join(root, folder, path))
      .sort(),
  );
  const prose = ["README.md", "ARCHITECTURE.md", "STYLE.md"].map((name) => join(root, name));
  return Array.from({ length: count }, (_, at) => {
    const some = Array.from({ length: 1 + (at % FILES_A_PROMPT) }, (_unused, part) => {
      return files[(at * 31 + part * 7) % files.length] ?? "";
    });
    const page = at % 5 === 0 ? [prose[at % prose.length] ?? ""] : [];
    const text = [...some, ...page].map((path) => readFileSync(path, "utf8")).join("\n\n");
    return text.slice(0, PROMPT_CHARS_MAX);
  });
}

function eventsOf(model: string, rawTokens: number, inputTokens: number): Told[] {
  const sha256 = "0".repeat(64);
  const by = { by: "implementer", model };
  const prompt = { ...by, blob: sha256, contextTokens: rawTokens, capTokens: 80_000, rawTokens };
  const usage = { inputTokens, cachedTokens: 0, outputTokens: 100 };
  return [
    { type: "attempt.prompted", ...prompt },
    {
      type: "attempt.executed",
      ...by,
      family: "sample",
      usage,
      costMicroUsd: 0,
      costKind: "billed",
      stopReason: "finished",
      commit: null,
      files: [],
      diff: null,
      transcript: sha256,
      report: sha256,
      durationMs: 1,
      sandboxed: true,
    },
  ];
}

function recorded(stream: string, event: Told): Recorded<Told> {
  const about = { causation: null, correlation: null, actor: "bench", version: 1, hash: "" };
  return { ...about, position: 1n, stream, revision: 0, id: stream, atMs: 0, event };
}
