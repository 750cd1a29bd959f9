import type { Claim, Review } from "@nightshift/protocol/claim";
import fc from "fast-check";
import { expect, test } from "vitest";
import { reviewedOf } from "./reviewed.ts";

const DIFF = `diff --git a/src/amount.ts b/src/amount.ts
index 1..2 100644
--- a/src/amount.ts
+++ b/src/amount.ts
@@ -1,2 +1,3 @@
 export function parse(text: string) {
-  throw new Error("bad");
+  throw new Error(\`\${text} is no amount in cents\`);
 }
\\ No newline at end of file
`;
const claim: Claim = { text: "The error names the unit", source: "task" };
type Said = Partial<Review["answers"][number]>;

function outcomeOf(said: Said, given: { family?: string; work?: string; isDiff?: boolean } = {}) {
  const answer = { claim: claim.text, answer: "met" as const, quote: "", why: "It does.", ...said };
  const { family = "gpt", work = DIFF, isDiff = true } = given;
  const review = { model: "reader", family, answers: [answer] };
  const [check] = reviewedOf([claim], review, { work, isDiff, authorFamily: "claude" }).checks;
  return check;
}

const REAL = "throw new Error(`${text} is no amount in cents`);";

test("a claim is met where another family says so and its quote stands in the diff", () => {
  for (const quote of [REAL, `+  ${REAL}`, `+${REAL}`, "is no amount in cents"]) {
    expect(outcomeOf({ quote })).toMatchObject({ outcome: "pass", quote });
  }
});

test("a claim that is not met fails, with the reviewer's words", () => {
  const quote = '-  throw new Error("bad");';
  const check = outcomeOf({ answer: "not-met", quote, why: "No unit." });
  expect(check).toMatchObject({ outcome: "fail", detail: "not met: No unit." });
});

/** Git's own word in a diff, which is no line of the work. */
const GITS = "No newline at end of file";

test.each(["met", "not-met"] as const)("%s by a quote that is not there cannot tell", (answer) => {
  for (const quote of [
    "",
    "}",
    "throw new Error(`in euros`)",
    "+++ b/src/amount.ts",
    "@@ -1,2",
    GITS,
  ]) {
    const check = outcomeOf({ answer, quote });
    expect(check).toMatchObject({ outcome: "unverifiable" });
    expect(check?.detail).toMatch(/does not stand in the work: It does\./);
  }
});

test("the author's own family can say that a claim is not met, and never that it is (F25)", () => {
  const own = { family: "claude" };
  expect(outcomeOf({ quote: REAL }, own)).toMatchObject({ outcome: "unverifiable" });
  expect(outcomeOf({ answer: "not-met", quote: REAL }, own)).toMatchObject({ outcome: "fail" });
});

test("a quote from a report stands in one of its lines", () => {
  const report = { work: "# Amounts\n\nAll amounts are cents.\n", isDiff: false };
  expect(outcomeOf({ quote: "All amounts are cents." }, report)?.outcome).toBe("pass");
  expect(outcomeOf({ quote: "Amounts All amounts" }, report)?.outcome).toBe("unverifiable");
});

test("a claim that nobody answered stays open", () => {
  const where = { work: DIFF, isDiff: true, authorFamily: "claude" };
  const nobody = reviewedOf([claim], null, where);
  expect(nobody).toMatchObject({ model: null, checks: [{ outcome: "unverifiable" }] });
  const other = { claim: "Something else", answer: "met" as const, quote: REAL, why: "" };
  const beside = reviewedOf([claim], { model: "m", family: "gpt", answers: [other] }, where);
  expect(beside.checks).toMatchObject([{ text: claim.text, outcome: "unverifiable" }]);
});

test("whatever a reviewer answers, a claim passes only by a line of the diff", () => {
  const answer = fc.constantFrom("met" as const, "not-met" as const, "cannot-tell" as const);
  const bits = DIFF.split("\n").flatMap((line) => [line, line.slice(3, 20)]);
  const quote = fc.oneof(fc.string(), fc.constantFrom(...bits, "", "}", " "));
  const family = fc.constantFrom("gpt", "claude");
  fc.assert(
    fc.property(answer, quote, family, (answer, quote, family) => {
      const check = outcomeOf({ answer, quote }, { family });
      if (check?.outcome !== "pass") return true;
      return answer === "met" && family === "gpt" && DIFF.includes(quote.trim());
    }),
  );
});
