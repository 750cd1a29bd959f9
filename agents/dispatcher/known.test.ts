import type { SkillInput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import { executed, memoryNight, type MemoryNight } from "../testing/memory-night.ts";
import { lead, runShift } from "./shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight): Promise<void> {
  await runShift(await lead(night.ports, night.plan, never()));
}

/** A night whose every prompt counts a quarter more at its model than at the tokenizer. */
async function heard() {
  const plans: SkillInput<"plan">[] = [];
  const prompts: SkillInput<"implement">[] = [];
  const night = await memoryNight({
    answers: {
      plan(input) {
        plans.push(input);
        return {
          status: "planned",
          estimateTokens: 500,
          note: "one piece",
          parts: [],
          spend: null,
        };
      },
      implement(input) {
        prompts.push(input);
        const path = "src/money/round.ts";
        const text = `export const made = ${prompts.length};\n`;
        const commit = night.workspace.commit(input.base, { [path]: text });
        const answer = executed(input, commit, path);
        if (answer.status !== "executed") return answer;
        return { ...answer, prompted: { ...answer.prompted, rawTokens: 80 } };
      },
      verify({ spec }) {
        const sums = { name: "sums", kind: "success", detail: "rounds before the sum" } as const;
        const isGood = spec.name !== "FIRST";
        const outcome = isGood ? "pass" : "fail";
        return { by: "verifier", verdict: outcome, checks: [{ ...sums, outcome }], hits: [] };
      },
    },
  });
  return { night, plans, prompts };
}

test("what went wrong in a folder is told to who plans and who does the next task about it (B24)", async () => {
  const { night, plans, prompts } = await heard();
  await night.add({ name: "FIRST", title: "Round amounts" });
  await work(night);
  expect(prompts[0]?.knowledge).toEqual([]);
  await night.add({ name: "NEXT", title: "Round src/money/round.ts to cents" });
  await night.add({ name: "ELSEWHERE", title: "Sort names", text: "" });
  await work(night);
  const line = expect.stringContaining("src/money: went wrong before: sums: rounds before the sum");
  const about = (name: string) => [
    plans.findLast(({ spec }) => spec.name === name)?.knowledge,
    prompts.findLast(({ spec }) => spec.name === name)?.knowledge,
  ];
  expect(about("NEXT")).toEqual([expect.arrayContaining([line]), expect.arrayContaining([line])]);
  expect(about("ELSEWHERE")).toEqual([[], []]);
});

test("how a model counts is learned from its reports, and told to the next prompt for it", async () => {
  const { night, prompts } = await heard();
  await night.add({ name: "NEXT", title: "Round amounts" });
  await work(night);
  await night.add({ name: "LATER", title: "Round more amounts" });
  await work(night);
  const [first, second] = prompts.map(({ model, tokenScale }) => ({ model, tokenScale }));
  expect(second?.model).toBe(first?.model);
  expect(first?.tokenScale).toBeUndefined();
  const { perToken = 0, overheadTokens = 0 } = second?.tokenScale ?? {};
  expect(80 * perToken + overheadTokens).toBeCloseTo(100, 0);
});
