import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { ContextAsk } from "../ports.ts";
import { taskSpec } from "../testing/fixtures.ts";
import { compose, type RepoView } from "./compose.ts";
import { factsOf } from "./map/facts.ts";
import { isCurrent, renderManifest } from "./map/manifest.ts";
import { indexRepo } from "./map/repo-index.ts";
import { approximateTokens, loadTokenCounter } from "./tokens.ts";

const count = await loadTokenCounter();
const body = (name: string) =>
  `import { other } from "./other.ts";\n\n/** Does ${name}. */\nexport function ${name}() { return other(); }\n`;
const files: Record<string, string> = {
  "README.md": `# Shop\n\n${"Words about it. ".repeat(200)}\n\n## Conclusion\nIt works.\n`,
  "data/rows.json": JSON.stringify({ rows: Array.from({ length: 500 }, (_, at) => at) }),
  ...Object.fromEntries(
    Array.from({ length: 60 }, (_, at) => [
      `src/part${at % 7}/file${at}.ts`,
      body(`make${at}`).repeat(1 + at),
    ]),
  ),
};
const paths = Object.keys(files).sort();
const index = indexRepo(
  paths,
  new Map(
    paths
      .filter((path) => path.endsWith(".ts"))
      .map((path) => [path, factsOf(path, files[path] ?? "")]),
  ),
);
const view: RepoView = { index, read: async (path) => files[path] ?? null };

const ask = (change: Partial<ContextAsk> = {}): ContextAsk => ({
  repo: "/repo",
  base: "0".repeat(40),
  spec: taskSpec({ text: "Mend make3 and src/part1/file8.ts" }),
  critique: null,
  genes: { contextDepth: 1, scope: "normal" },
  reflections: [],
  guidance: [],
  whole: true,
  instructions: "",
  system: "",
  sources: [],
  capTokens: 20_000,
  scale: null,
  ...change,
});

const text = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 400 }),
  fc.constantFrom(
    "make3 ".repeat(300),
    "src/part2/file9.ts ".repeat(50),
    "```\n# Task\n",
    " \n".repeat(500),
  ),
);
const page = fc.record({ url: fc.webUrl(), title: text, text });

test("the prompt of any task stays under its model's cap, as the model is expected to count it", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        body: text,
        critique: fc.option(text),
        notes: fc.array(text, { maxLength: 4 }),
        system: text,
        sources: fc.array(page, { maxLength: 5 }),
        contextDepth: fc.integer({ min: 0, max: 3 }),
        whole: fc.boolean(),
        capTokens: fc.integer({ min: 3_000, max: 30_000 }),
        scale: fc.option(
          fc.record({
            perToken: fc.double({ min: 0.7, max: 1.6, noNaN: true }),
            overheadTokens: fc.double({ min: -100, max: 600, noNaN: true }),
          }),
        ),
        exact: fc.boolean(),
      }),
      async ({ body: told, notes, contextDepth, exact, ...change }) => {
        const spec = taskSpec({ text: told });
        const one = ask({ ...change, spec, guidance: notes, reflections: notes });
        const genes = { contextDepth, scope: "wide" } as const;
        const made = await compose({ ...one, genes }, view, async () => count, { exact });
        const { perToken, overheadTokens } = change.scale ?? { perToken: 1, overheadTokens: 0 };
        const raw = count(one.system) + count(made.text);
        expect(Math.ceil(raw * perToken + overheadTokens)).toBeLessThanOrEqual(one.capTokens);
        expect(made.text.startsWith("# Task\n")).toBe(true);
        if (made.rawTokens !== null) expect(made.rawTokens).toBe(raw);
      },
    ),
    { numRuns: Number(process.env["CONTEXT_RUNS"] ?? 60) },
  );
});

test("a text that is cut to fill its cap leaves room for what the model adds", async () => {
  const spec = taskSpec({ text: "Add up what the customer chose. ".repeat(2_000) });
  const scale = { perToken: 1.2, overheadTokens: 500 };
  const made = await compose(ask({ spec, capTokens: 4_000, scale }), view, async () => count, {
    exact: true,
  });
  expect(count(made.text) * 1.2 + 500).toBeLessThanOrEqual(4_000);
  expect(made.tokens).toBeGreaterThan(3_900);
});

test("pages of the web stand before the files, and the manifest before the map", async () => {
  const sources = [{ url: "https://a.test/", title: "A", text: "Saturn has moons. ".repeat(400) }];
  const made = await compose(ask({ sources, capTokens: 6_000 }), view, async () => count, {
    exact: true,
  });
  const order = [
    "# Sources from the web\n## A <https://a.test/>",
    "# Files\n",
    "# Repository\n## Modules\nsrc/",
    "## Files, the most relevant first\n",
  ].map((part) => made.text.indexOf(part));
  expect(order).not.toContain(-1);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("thirty thousand tokens of dependencies become eight thousand, with their signatures", async () => {
  const many = Object.fromEntries(
    Array.from({ length: 6 }, (_, at) => [
      `src/dep${at}.ts`,
      `export function dep${at}(one: number): number {\n${"  // adds one to what it was given\n".repeat(700)}}\n`,
    ]),
  );
  const uses = Object.keys(many).map((path) => `import "./${path.slice(4)}";`);
  const all: Record<string, string> = {
    ...many,
    "src/main.ts": `${uses.join("\n")}\nexport function main() {}\n`,
  };
  const known = Object.keys(all).sort();
  const small: RepoView = {
    index: indexRepo(known, new Map(known.map((path) => [path, factsOf(path, all[path] ?? "")]))),
    read: async (path) => all[path] ?? null,
  };
  const raw = Object.values(many).reduce((sum, one) => sum + count(one), 0);
  expect(raw).toBeGreaterThan(30_000);
  const spec = taskSpec({ text: "Mend src/main.ts" });
  const made = await compose(ask({ spec, capTokens: 40_000 }), small, async () => count, {
    exact: true,
  });
  expect(made.tokens).toBeLessThan(8_000);
  for (const at of Object.keys(many).keys()) {
    expect(made.text).toContain(`export function dep${at}(one: number): number`);
  }
});

test("a manifest is current for its own tree and for a week, and shows what a budget holds", () => {
  const made = { tree: "a", madeAtMs: 0 };
  const day = 86_400_000;
  expect(isCurrent(made, { tree: "a", nowMs: 7 * day - 1, daysMax: 7 })).toBe(true);
  expect(isCurrent(made, { tree: "a", nowMs: 7 * day, daysMax: 7 })).toBe(false);
  expect(isCurrent(made, { tree: "b", nowMs: 0, daysMax: 7 })).toBe(false);
  const lines = ["src/ (3 files): one", "test/ (2 files)"];
  expect(renderManifest(lines, 6, approximateTokens)).toBe("src/ (3 files): one");
  expect(renderManifest(lines, 1, approximateTokens)).toBe("");
});
