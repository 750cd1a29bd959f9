import { test } from "vitest";
import { attempt } from "./attempt.ts";
import {
  assess,
  assessed,
  escalated,
  gated,
  integrate,
  integrated,
  rejected,
  verified,
  toWork,
  toScore,
  started,
} from "./attempt-story.ts";
import { spec } from "./spec.ts";

const { given } = spec(attempt);

test("nobody verifies own work (I6)", () =>
  given(...toWork)
    .when({ ...verified, type: "attempt.verify", generation: 2, by: "builder" })
    .thenRefuses("own-work"));

test("nobody judges own work (I6)", () =>
  given(...toWork, verified)
    .when({ ...assess, by: "builder" })
    .thenRefuses("own-work"));

test("the score is 60 % judge and 40 % heuristics (B6)", () =>
  given(...toWork, verified)
    .when(assess)
    .thenEvents(assessed));

test("failing evidence caps the score, and both parts are kept as they were", () => {
  given(...toWork, { ...verified, verdict: "fail" })
    .when({ ...assess, judge: 9 })
    .thenEvents({ ...assessed, judge: 9, blend: 3 });
  given(...toWork, { ...verified, verdict: "fail" })
    .when({ ...assess, judge: 2, heuristic: 2 })
    .thenEvents({ ...assessed, judge: 2, heuristic: 2, blend: 2 });
  given(...toWork, { ...verified, verdict: "unverifiable" })
    .when(assess)
    .thenEvents(assessed);
});

test("the ends of the scales are scores and weights", () => {
  given(...toWork, verified)
    .when({ ...assess, judge: 0, heuristic: 10, judgeWeight: 0 })
    .thenEvents({ ...assessed, judge: 0, heuristic: 10, blend: 10 });
  given(...toWork, verified)
    .when({ ...assess, judge: 10, heuristic: 0, judgeWeight: 1 })
    .thenEvents({ ...assessed, judge: 10, heuristic: 0, blend: 10 });
});

test("a score out of its scale is no score", () => {
  for (const wrong of [
    { judge: 11 },
    { heuristic: -1 },
    { judge: Number.NaN },
    { judgeWeight: 2 },
  ]) {
    given(...toWork, verified)
      .when({ ...assess, ...wrong })
      .thenRefuses("out-of-bounds");
  }
});

test("what passes everything is accepted, once", () => {
  given(...toScore)
    .when({ type: "attempt.gate", generation: 2 })
    .thenEvents(gated);
  given(...toScore, gated)
    .when({ type: "attempt.gate", generation: 2 })
    .thenNothing();
});

test("a changed test of the task is flagged as a safety event", () => {
  const detail = "sealed: test/a.test.ts was deleted";
  given(
    ...toWork,
    {
      ...verified,
      verdict: "fail",
      checks: [
        { name: "sealed", kind: "sealed", outcome: "fail", detail: "test/a.test.ts was deleted" },
      ],
    },
    assessed,
  )
    .when({ type: "attempt.gate", generation: 2 })
    .thenEvents(
      { ...gated, decision: "rejected", reasons: [{ code: "sealed", text: detail }] },
      { type: "attempt.flagged", kind: "safety", rule: "sealed", detail },
    );
});

test("what the gate accepted is integrated, once", () => {
  given(...toScore, gated)
    .when(integrate)
    .thenEvents(integrated);
  given(...toScore, gated, integrated)
    .when(integrate)
    .thenNothing();
  given(...toScore, gated, integrated)
    .when({ ...integrate, how: "branch" })
    .thenRefuses("out-of-order");
});

test("what the gate rejected is integrated in no way (I4)", () => {
  for (const how of ["merged", "in-review", "branch"] as const) {
    given(...toScore, rejected)
      .when({ ...integrate, how, approvedBy: "director" })
      .thenRefuses("not-accepted");
  }
});

test("what was escalated is shown, and merged only by a person", () => {
  const review = { ...integrated, how: "in-review" } as const;
  given(...toScore, escalated)
    .when({ ...integrate, how: "in-review" })
    .thenEvents(review);
  given(...toScore, escalated)
    .when({ ...integrate, how: "branch" })
    .thenEvents({ ...integrated, how: "branch" });
  given(...toScore, escalated)
    .when(integrate)
    .thenRefuses("not-accepted");
  given(...toScore, escalated)
    .when({ ...integrate, approvedBy: "gate" })
    .thenRefuses("not-accepted");
  given(...toScore, escalated)
    .when({ ...integrate, approvedBy: "director" })
    .thenEvents(integrated);
  given(...toScore, escalated, review)
    .when(integrate)
    .thenEvents(integrated);
});

test("what waits for a person is merged afterwards, and nothing else happens to it", () => {
  const branch = { ...integrated, how: "branch" } as const;
  given(...toScore, escalated, branch)
    .when(integrate)
    .thenEvents(integrated);
  given(...toScore, escalated, branch)
    .when({ ...integrate, how: "in-review" })
    .thenRefuses("out-of-order");
});

test("code is not filed, and a report moves no branch", () => {
  given(...toScore, gated)
    .when({ ...integrate, how: "filed" })
    .thenRefuses("not-allowed");
  given({ ...started, output: "report" }, ...toScore.slice(1), gated)
    .when(integrate)
    .thenRefuses("not-allowed");
  given({ ...started, output: "report" }, ...toScore.slice(1), gated)
    .when({ ...integrate, how: "filed", commit: null, where: "meta-1.md" })
    .thenEvents({ ...integrated, how: "filed", commit: null, where: "meta-1.md" });
});

const calibrated = { score: 6, low: 4, high: 8, version: "isotonic-40-x" };

test("what people make of a judge's score counts in its place, and the raw one is kept (C22)", () =>
  given(...toWork, verified)
    .when({ ...assess, judge: 9, heuristic: 5, calibrated })
    .thenEvents({
      ...assessed,
      judge: 9,
      heuristic: 5,
      blend: 5.6,
      calibrated,
      interval: { low: 4.4, high: 6.8 },
    }));

test("what a judge is given beside its own words counts for nothing", () => {
  const more = { interval: { low: 10, high: 10 }, blend: 10, approvedBy: "director" };
  given(...toWork, verified)
    .when({ ...assess, ...more })
    .thenEvents(assessed);
});

test("failing evidence caps all of the interval", () =>
  given(...toWork, { ...verified, verdict: "fail" })
    .when({ ...assess, judge: 9, heuristic: 5, calibrated })
    .thenEvents({
      ...assessed,
      judge: 9,
      heuristic: 5,
      blend: 3,
      calibrated,
      interval: { low: 3, high: 3 },
    }));

test("an interval that ends before it begins is none", () =>
  given(...toWork, verified)
    .when({ ...assess, calibrated: { ...calibrated, low: 9 } })
    .thenRefuses("out-of-bounds"));

const grade = { type: "attempt.grade", generation: 2, by: "director", score: 7, note: "" } as const;
const graded = { type: "attempt.graded", by: "director", score: 7, note: "" } as const;

test("a person grades what was judged, at any time, and may think again (C22)", () => {
  given(...toWork, verified, assessed)
    .when(grade)
    .thenEvents(graded);
  given(...toWork, verified, assessed, gated, integrated)
    .when(grade)
    .thenEvents(graded);
  given(...toWork, verified, assessed, graded)
    .when(grade)
    .thenNothing();
  given(...toWork, verified, assessed, graded)
    .when({ ...grade, score: 5 })
    .thenEvents({ ...graded, score: 5 });
});

test("what nobody judged has no grade, and nobody grades own work (I6)", () => {
  given(...toWork, verified)
    .when(grade)
    .thenRefuses("out-of-order");
  given(...toWork, verified, assessed)
    .when({ ...grade, by: "builder" })
    .thenRefuses("own-work");
});
