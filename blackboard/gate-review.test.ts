import { expect, test } from "vitest";
import { after } from "./gate-example.ts";

/** A claim as a reviewer read it. */
const read = (outcome: "pass" | "fail" | "unverifiable", family = "gpt") => ({
  reviewed: {
    model: "reader",
    family,
    checks: [
      {
        text: "The error names the unit",
        source: "task" as const,
        outcome,
        quote: "",
        detail: "not met: it names a number",
      },
    ],
  },
});

test("a claim that no command shows and no reviewer sees met waits for a person (C34)", () => {
  for (const outcome of ["fail", "unverifiable"] as const) {
    const held = after({ assessed: read(outcome) });
    expect(held).toMatchObject({ decision: "escalated", codes: ["review"], flags: [] });
    const words = 'a reviewer: "The error names the unit" not met: it names a number';
    expect(held.reasons[0]?.text).toBe(words);
  }
  expect(after({ assessed: read("pass") })).toMatchObject({
    decision: "accepted",
    codes: ["green"],
  });
});

test("a reviewer's approval merges nothing that commands or the judge hold back", () => {
  const approved = { assessed: read("pass") };
  expect(after({ ...approved, verified: { verdict: "fail" } }).decision).toBe("rejected");
  expect(after({ ...approved, verified: { verdict: "unverifiable" } }).decision).toBe("escalated");
  expect(after({ assessed: { ...read("pass"), family: "claude" } }).decision).toBe("escalated");
  expect(after({ assessed: { ...read("pass"), blend: 3 } }).decision).toBe("rejected");
});

test("a report is filed with its reviewer's doubts beside it", () =>
  expect(after({ started: { output: "report" }, assessed: read("fail") })).toMatchObject({
    decision: "accepted",
    codes: ["green", "review"],
  }));
