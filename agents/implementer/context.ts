import type { TaskSpec } from "@nightshift/protocol/task";
import { WorkerFailure } from "../ports.ts";
import type { TokenCounter } from "./tokens.ts";

/** What a prompt is made of. Every text is ready to be shown. */
export type Material = {
  spec: TaskSpec;
  /** How to work or answer, right after the task; empty where the system prompt says it. */
  instructions: string;
  targets: readonly Shown[];
  dependencies: readonly Shown[];
  /** The manifest at a budget of tokens; never more. */
  map: (budgetTokens: number, count: TokenCounter) => string;
  reflections: readonly string[];
  guidance: readonly string[];
  critique: string | null;
};

/** A file in full, or null where only its compact form is wanted. */
export type Shown = { path: string; full: string | null; compact: string };

export type Prompt = { text: string; tokens: number };

/** Dependencies are compacted into this much (D18: 30K became 8K and quality rose). */
const DEPENDENCY_TOKENS_MAX = 8_000;
const MAP_TOKENS_MAX = 4_000;
const MAP_SHARE = 0.25;
const FIT_ROUNDS_MAX = 8;

/**
 * The U-shaped prompt (D8): the task first, files in the middle, then manifest, reflections and
 * guidance, and last of all what was wrong last time. Never more than the cap; what does not fit
 * goes in this order: dependencies and map, targets, reflections, guidance, the end of the text.
 * @throws WorkerFailure when not even the title fits.
 */
export function buildPrompt(material: Material, capTokens: number, count: TokenCounter): Prompt {
  const frame = fitFrame(material, capTokens, count);
  let room = capTokens - count(frame("", ""));
  for (let round = 0; round < FIT_ROUNDS_MAX && room > 0; round++) {
    const mapTokens = Math.min(MAP_TOKENS_MAX, Math.floor(room * MAP_SHARE));
    const text = frame(
      files(material, room - mapTokens, count),
      manifest(material, mapTokens, count),
    );
    const tokens = count(text);
    if (tokens <= capTokens) return { text, tokens };
    // Texts joined can count a few tokens more than their sum.
    room -= tokens - capTokens + 16;
  }
  const text = frame("", "");
  return { text, tokens: count(text) };
}

type Frame = (files: string, manifest: string) => string;

/** The first and the last part, shortened until they fit with nothing between them. */
function fitFrame(material: Material, capTokens: number, count: TokenCounter): Frame {
  const { spec } = material;
  const bare = { ...material, reflections: [], guidance: [] };
  const choices: Material[] = [material, { ...material, reflections: [] }, bare];
  const fits = (one: Material) => count(frameOf(one)("", "")) <= capTokens;
  const found = choices.find(fits);
  if (found) return frameOf(found);
  for (const last of [bare, { ...bare, critique: null }]) {
    const cut = (chars: number): Material => ({
      ...last,
      spec: { ...spec, text: `${spec.text.slice(0, chars)}\n(the rest did not fit)` },
    });
    if (!fits(cut(0))) continue;
    let low = 0;
    let high = spec.text.length;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (fits(cut(middle))) low = middle;
      else high = middle - 1;
    }
    return frameOf(cut(low));
  }
  throw new WorkerFailure("unusable-answer", `the task alone is over ${capTokens} tokens`);
}

function frameOf({ spec, instructions, reflections, guidance, critique }: Material): Frame {
  const conditions = spec.success.map((one) =>
    one.kind === "command" ? `\`${one.command}\` exits with 0` : `the file \`${one.path}\` exists`,
  );
  const head = [
    `# Task\n${spec.title}`,
    spec.text,
    section("## Done when", list(conditions)),
    section("## Scope: touch only these paths", list(spec.scope)),
    instructions,
  ];
  const tail = [
    section("## Reflections", list(reflections)),
    section("## Guidance", list(guidance)),
    section("## What was wrong last time", critique ?? ""),
  ];
  return (files, manifest) =>
    `${[...head, files, manifest, ...tail].filter((part) => part !== "").join("\n\n")}\n`;
}

function files(material: Material, budgetTokens: number, count: TokenCounter): string {
  const chunks: string[] = [];
  let left = budgetTokens - count("# Files\n\n");
  const add = (forms: readonly (string | null)[], limit: number): number => {
    for (const form of forms) {
      const tokens = form === null ? Infinity : count(form) + 2;
      if (form === null || tokens > Math.min(left, limit)) continue;
      chunks.push(form);
      left -= tokens;
      return tokens;
    }
    return 0;
  };
  for (const { path, full, compact } of material.targets) {
    add([full === null ? null : fenced(path, full), outlined(path, compact)], left);
  }
  let dependencies = DEPENDENCY_TOKENS_MAX;
  for (const { path, compact } of material.dependencies) {
    dependencies -= add([outlined(path, compact)], dependencies);
  }
  return section("# Files", chunks.join("\n\n"));
}

function manifest(material: Material, budgetTokens: number, count: TokenCounter): string {
  return section("# Repository", material.map(budgetTokens - 8, count));
}

function outlined(path: string, compact: string): string | null {
  return compact === "" ? null : fenced(`${path} (outline)`, compact);
}

/** The fence is longer than any in the text, so that no file can close it. */
function fenced(title: string, text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const longest = runs.reduce((most, ticks) => Math.max(most, ticks.length), 2);
  const fence = "`".repeat(longest + 1);
  return `## ${title}\n${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function section(heading: string, body: string): string {
  return body === "" ? "" : `${heading}\n${body}`;
}
