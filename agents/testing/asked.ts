import { skills, type SkillInput } from "@nightshift/protocol/skills";
import { repoRef, taskSpec } from "./fixtures.ts";

export const files = {
  "src/slugify.ts": "export function slugify(text: string) {\n  return text;\n}\n",
  "README.md": "# Sample\n",
};
export const edit = [
  '<edit path="src/slugify.ts">',
  "<<<<<<< SEARCH",
  "  return text;",
  "=======",
  "  return text.toLowerCase();",
  ">>>>>>> REPLACE",
  "</edit>",
].join("\n");

export type Change = { spec?: Parameters<typeof taskSpec>[0] } & Partial<
  Omit<SkillInput<"implement">, "spec">
>;

export function ask(base: string, { spec, ...change }: Change = {}): SkillInput<"implement"> {
  return skills.implement.input.parse({
    task: "t",
    spec: taskSpec(spec),
    attempt: "t-g1",
    generation: 1,
    repo: repoRef(),
    base,
    model: "scripted-model",
    genes: {
      model: null,
      outputTokensMax: 8_000,
      promptStyle: "plain",
      contextDepth: 1,
      continuationsMax: 0,
      scope: "normal",
    },
    guidance: ["Prefer small functions."],
    reflections: ["Last time the tests were forgotten."],
    critique: null,
    limits: { wallMs: 60_000, silenceMs: 5_000, contextTokens: 20_000, outputTokens: 8_000 },
    ...change,
  });
}

export function genes(
  change: Partial<SkillInput<"implement">["genes"]>,
): SkillInput<"implement">["genes"] {
  return { ...ask("0".repeat(40)).genes, ...change };
}
