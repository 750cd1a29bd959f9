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

test("the author's own family shows no claim to be met (I6, F25)", () => {
  const own = after({ assessed: read("pass", "claude") });
  expect(own).toMatchObject({ decision: "escalated", codes: ["review"] });
  expect(own.reasons[0]?.text).toContain('"The error names the unit" by the author\'s own family');
  expect(after({ assessed: read("fail", "claude") }).codes).toEqual(["review"]);
});

test("every claim that the task made when it began has been read for, or a person looks", () => {
  const claims = (count: number) => ({ started: { claims: count } });
  const forgotten = after(claims(2));
  expect(forgotten).toMatchObject({ decision: "escalated", codes: ["review"] });
  expect(forgotten.reasons[0]?.text).toContain("nothing said of 2 claims of the task");
  expect(after({ ...claims(2), assessed: read("pass") }).decision).toBe("escalated");
  expect(after({ ...claims(1), assessed: read("pass") }).decision).toBe("accepted");
  const { reviewed } = read("pass");
  const checks = reviewed.checks.map((check) => ({ ...check, source: "check" as const }));
  const ofChecks = { reviewed: { ...reviewed, checks } };
  expect(after({ ...claims(1), assessed: ofChecks }).decision).toBe("escalated");
  // Where a command fails nobody is asked.
  const failed = after({ ...claims(2), verified: { verdict: "fail" } });
  expect(failed.codes).toEqual(["success"]);
});
