import type { TaskSpec } from "@nightshift/protocol/task";
import { longest } from "../longest.ts";
import { WorkerFailure } from "../ports.ts";
import type { WebSource } from "../web.ts";
import type { TokenCounter } from "./tokens.ts";

/** What a prompt is made of. Every text is ready to be shown. */
export type Material = {
  spec: TaskSpec;
  /** How to work or answer, right after the task; empty where the system prompt says it. */
  instructions: string;
  /** Pages of the web, for a research task; none for others. */
  sources: readonly WebSource[];
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
/** Lines that are left of a dependency whose whole outline does not fit. */
const OUTLINE_LINES = [80, 20] as const;
const MAP_TOKENS_MAX = 4_000;
/** Of what there is room for, what pages of the web may take together. */
const SOURCES_SHARE = 0.6;
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
    const pages = sources(material, Math.floor((room - mapTokens) * SOURCES_SHARE), count);
    const filesTokens = room - mapTokens - count(pages);
    const text = frame(
      [pages, files(material, filesTokens, count)].filter((part) => part !== "").join("\n\n"),
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
    return frameOf(cut(longest(spec.text.length, (chars) => fits(cut(chars)))));
  }
  throw new WorkerFailure("unusable-answer", `the task alone is over ${capTokens} tokens`);
}

function frameOf({ spec, instructions, reflections, guidance, critique }: Material): Frame {
  const conditions = spec.success.map((one) =>
    one.kind === "command" ? `\`${one.command}\` exits with 0` : `the file \`${one.path}\` exists`,
  );
  conditions.push(...(spec.claims ?? []));
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
    const shorter = OUTLINE_LINES.map((lines) => firstLines(compact, lines));
    const forms = [compact, ...shorter].map((form) => outlined(path, form));
    dependencies -= add(forms, dependencies);
  }
  return section("# Files", chunks.join("\n\n"));
}

function firstLines(text: string, lines: number): string {
  const all = text.split("\n");
  if (all.length <= lines) return text;
  return `${all.slice(0, lines).join("\n")}\n… and ${all.length - lines} more lines`;
}

/** Pages share their room: each gets as much as is left for it and those after it. */
function sources(material: Material, budgetTokens: number, count: TokenCounter): string {
  let left = budgetTokens;
  const shown: string[] = [];
  for (const [at, { url, title, text }] of material.sources.entries()) {
    const share = Math.floor(left / (material.sources.length - at));
    const page = (chars: number) => fenced(`${title} <${url}>`, text.slice(0, chars));
    const chars = longest(text.length, (many) => count(page(many)) + 2 <= share);
    if (chars < PAGE_CHARS_MIN && chars < text.length) continue;
    shown.push(page(chars));
    left -= count(page(chars)) + 2;
  }
  return section("# Sources from the web", shown.join("\n\n"));
}

/** Less of a page says nothing. */
const PAGE_CHARS_MIN = 200;

function manifest(material: Material, budgetTokens: number, count: TokenCounter): string {
  return section("# Repository", material.map(budgetTokens - 8, count));
}

function outlined(path: string, compact: string): string | null {
  return compact === "" ? null : fenced(`${path} (outline)`, compact);
}

/** The fence is longer than any in the text, so that no file can close it. */
function fenced(title: string, text: string): string {
  const runs = text.match(/`{3,}/g) ?? [];
  const most = runs.reduce((known, ticks) => Math.max(known, ticks.length), 2);
  const fence = "`".repeat(most + 1);
  return `## ${title}\n${fence}\n${text.replace(/\n$/, "")}\n${fence}`;
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${item}`).join("\n");
}

function section(heading: string, body: string): string {
  return body === "" ? "" : `${heading}\n${body}`;
}
