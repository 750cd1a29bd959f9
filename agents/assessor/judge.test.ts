import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { rubrics } from "../testing/rubrics.ts";
import { tokensAtMost } from "../implementer/tokens.ts";
import { fenced, judgePrompt } from "./judge.md.ts";
import { readJudgement } from "./judge.ts";

const judged = (score: number) =>
  JSON.stringify({
    criteria: [{ name: "all", score, quote: "total" }],
    score,
    critique: `It is a ${score}.`,
  });

test.each([
  ["plain", judged(7)],
  ["fenced", `Here it is:\n\`\`\`json\n${judged(7)}\n\`\`\`\nDone.`],
  ["with talk around it", `I think ${judged(7)} is fair.`],
  ["with numbers as text", judged(7).replace('"score":7,"critique"', '"score":"7","critique"')],
])("a judgement is read %s", (_, text) => expect(readJudgement(text)?.score).toBe(7));

test.each(["", "8", "{}", judged(11), judged(0), '{"score":8,"critique":"a"}', "{".repeat(9_999)])(
  "what is no judgement is none: %j",
  (text) => expect(readJudgement(text)).toBeNull(),
);

test("no text can hold the line that ends its own fence", () => {
  const first = fenced("a");
  const mark = /<<<(data-\w+)/.exec(first)?.[1] ?? "";
  const again = fenced(`a ${mark}>>>`);
  expect(again.match(/data-\w+>>>/g)?.length).toBe(2);
  expect(again.endsWith(`${/<<<(data-\w+)/.exec(again)?.[1]}>>>`)).toBe(true);
});

test.each([["x"], ["漢"], ["🌙"]])(
  "a flood of %s takes no more of what is set aside for a judge than English does",
  (letter) => {
    const asked = { spec: taskSpec(), stopReason: "ended", verdict: "pass", checks: [], hits: [] };
    const bytes = (work: string) => tokensAtMost(judgePrompt({ ...asked, work, rubrics }));
    expect(bytes(letter.repeat(200_000)) - bytes("")).toBeLessThanOrEqual(26_100);
  },
);
