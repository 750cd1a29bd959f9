import * as fc from "fast-check";
import { skills } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { repoRef, taskSpec } from "../testing/fixtures.ts";
import { memoryBlobs } from "../testing/memory-blobs.ts";
import { memoryRecorder, testCall, tickingClock } from "../testing/memory-recorder.ts";
import { memoryWorkspace } from "../testing/memory-workspace.ts";
import { scriptedModel } from "../testing/scripted-model.ts";
import { implementer } from "./implementer.ts";
import { approximateTokens, fits, loadTokenCounter, tokensAtMost } from "./tokens.ts";

const exact = await loadTokenCounter();
const REPORT = "<report>\n# Report\n</report>";

type Case = {
  text: string;
  capTokens: number;
  files?: Record<string, string>;
  answers?: string[];
  mask?: (text: string) => string;
};

/** One call of `implement`: what was sent and recorded, and how often the tokenizer was asked for. */
async function prompted({ text, capTokens, files = {}, answers = [REPORT], mask }: Case) {
  const workspace = memoryWorkspace({ "README.md": "# Sample\n", ...files });
  const recorder = memoryRecorder();
  const model = scriptedModel(answers);
  let loads = 0;
  const loadCounter = async () => {
    loads += 1;
    return exact;
  };
  const ports = { workers: [model], workspace, blobs: memoryBlobs(mask), recorder, loadCounter };
  const peer = implementer({ ...ports, sandboxed: true, clock: tickingClock() });
  const input = skills.implement.input.parse({
    task: "t",
    spec: taskSpec({ output: "report", success: [], text }),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef(),
    base: workspace.base,
    model: model.name,
    genes: {
      model: null,
      outputTokensMax: 4_000,
      promptStyle: "plain",
      contextDepth: 1,
      continuationsMax: 1,
      scope: "normal",
    },
    guidance: [],
    reflections: [],
    critique: null,
    limits: { wallMs: 60_000, silenceMs: 5_000, contextTokens: capTokens, outputTokens: 4_000 },
  });
  const output = await peer.handle("implement", input, testCall());
  const told = recorder.commands.map(({ command }) => command)[0];
  const contextTokens = told?.type === "attempt.prompt" ? told.contextTokens : null;
  return { output, asked: model.asked, loads, contextTokens };
}

test("a prompt whose bytes are under the cap is told roughly, and no tokenizer is loaded", async () => {
  const { asked, loads, contextTokens } = await prompted({ text: "Be brief.", capTokens: 8_000 });
  const { system = "", prompt = "" } = asked[0] ?? {};
  expect(tokensAtMost(system) + tokensAtMost(prompt)).toBeLessThanOrEqual(8_000);
  expect(contextTokens).toBe(approximateTokens(system) + approximateTokens(prompt));
  expect(loads).toBe(0);
});

test("a prompt whose bytes are over the cap is counted, and as much is shown as fits", async () => {
  const text = "Explain `first` in one sentence. ".repeat(200);
  const files = { "src/first.ts": "export function first() {}\n".repeat(400) };
  const { asked, loads, contextTokens } = await prompted({ text, capTokens: 8_000, files });
  const { system = "", prompt = "" } = asked[0] ?? {};
  expect(loads).toBe(1);
  expect(contextTokens).toBe(exact(system) + exact(prompt));
  expect(contextTokens).toBeLessThanOrEqual(8_000);
  expect(tokensAtMost(prompt)).toBeGreaterThan(8_000);
  expect(prompt).toContain("# Files");
});

test("a mask that is longer than its secret makes a small prompt one that is counted", async () => {
  const text = "sk-1 ".repeat(400);
  const mask = (said: string) => said.replaceAll("sk-1", "[a masked secret]");
  const { asked, loads, contextTokens } = await prompted({ text, capTokens: 6_000, mask });
  const { system = "", prompt = "" } = asked[0] ?? {};
  expect(tokensAtMost(system) + tokensAtMost(prompt)).toBeGreaterThan(6_000);
  expect(loads).toBe(1);
  expect(contextTokens).toBe(exact(system) + exact(prompt));
  expect(contextTokens).toBeLessThanOrEqual(6_000);
});

test("no prompt exceeds its cap, counted or not, whatever letters it holds", async () => {
  const letters = fc.constantFrom(
    "word ",
    "漢字",
    "😀",
    "\u{1F469}\u200D\u{1F680}",
    "\uD800",
    "}{",
  );
  const texts = fc
    .tuple(fc.array(letters, { minLength: 1, maxLength: 40 }), fc.nat({ max: 120 }))
    .map(([parts, times]) =>
      parts
        .join("")
        .repeat(times + 1)
        .slice(0, 8_000),
    );
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2_000, max: 12_000 }), texts, async (capTokens, text) => {
      const files = { "src/a.ts": `// ${text.slice(0, 4_000)}\nexport const a = 1;\n` };
      const { asked, loads, contextTokens } = await prompted({ text, capTokens, files });
      const [sent] = asked;
      if (sent === undefined) throw new Error("nothing was asked");
      expect(exact(sent.system) + exact(sent.prompt)).toBeLessThanOrEqual(capTokens);
      expect(contextTokens).toBeLessThanOrEqual(capTokens);
      seen.add(loads);
    }),
    { numRuns: 60 },
  );
  expect(seen).toEqual(new Set([0, 1]));
});

test("asking again loads no tokenizer while the bytes of the second prompt are few", async () => {
  const answers = ["no report", REPORT];
  const { asked, loads } = await prompted({ text: "Be brief.", capTokens: 12_000, answers });
  expect(asked).toHaveLength(2);
  expect(loads).toBe(0);
});

test("texts fit if their bytes or else their tokens do", async () => {
  let loads = 0;
  const load = async () => {
    loads += 1;
    return exact;
  };
  expect(await fits(["four", "five"], 8, load)).toBe(true);
  expect(loads).toBe(0);
  expect(await fits(["four", "five"], 7, load)).toBe(true);
  expect(await fits(["four", "five"], 1, load)).toBe(false);
  expect(loads).toBe(2);
});

test("a text never has more tokens than bytes", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      expect(exact(text)).toBeLessThanOrEqual(tokensAtMost(text));
    }),
  );
});
