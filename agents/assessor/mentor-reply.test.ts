import fc from "fast-check";
import { expect, test } from "vitest";
import { readMentorReply } from "./mentor-reply.ts";

test("a heading names the work, under it stand a score and an instruction (B11)", () =>
  expect(readMentorReply("## META-9\nScore: 7\nInstruction: Name the units.\n")).toEqual({
    remarks: [
      {
        about: { kind: "work", name: "META-9" },
        score: 7,
        instruction: "Name the units.",
        line: 1,
      },
    ],
    problems: [],
  }));

test("a mail's quotes and signature say nothing, and what is between counts", () => {
  const mail = [
    "Good morning!",
    "",
    "# META-9: negative amounts",
    "**Score:** 4,5 / 10",
    "> ## META-1",
    "> Score: 1",
    "Tests first, then the code.",
    "And name the units.",
    "",
    "On Sat, 21 Nov 2026 at 06:00, Night Shift wrote:",
    "## META-2",
    "Score: 2",
  ].join("\r\n");
  expect(readMentorReply(mail).remarks).toEqual([
    {
      about: { kind: "work", name: "META-9" },
      score: 4.5,
      instruction: "Tests first, then the code.\nAnd name the units.",
      line: 3,
    },
  ]);
  expect(readMentorReply("## A\nScore: 3\n-- \n## B\nScore: 9").remarks).toHaveLength(1);
});

test("a category gets an instruction and no score", () => {
  const { remarks, problems } = readMentorReply("## category: ops\nScore: 8\nBe brief.");
  expect(remarks[0]).toMatchObject({
    about: { kind: "category", name: "ops" },
    score: null,
    instruction: "Be brief.",
  });
  expect(problems).toEqual([{ line: 2, text: "a category has no score; it has an instruction" }]);
});

test("what is no score is told with its line, and the rest is heeded all the same", () => {
  const { remarks, problems } = readMentorReply(
    "## A\nScore: 11\n## B\nScore: good\n## C\nScore: 1",
  );
  expect(problems.map(({ line }) => line)).toEqual([2, 4]);
  expect(remarks.map(({ score }) => score)).toEqual([null, null, 1]);
});

test("a heading that nothing follows is told", () =>
  expect(readMentorReply("## A\n\n").problems).toEqual([
    { line: 1, text: "neither a score nor an instruction stands under it" },
  ]));

test("any text is read without an error, and never into more than its limit", () =>
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), fc.nat({ max: 300 }), (text, times) => {
      const { remarks } = readMentorReply(`## X\n${text}\n`.repeat(times));
      expect(remarks.length).toBeLessThanOrEqual(100);
      for (const { score } of remarks) if (score !== null) expect(score).toBeGreaterThanOrEqual(1);
    }),
  ));
