import type { Check } from "@nightshift/protocol/attempt";
import { expect, test } from "vitest";
import { after, good, type Change } from "./gate-example.ts";

function failing(kind: Check["kind"]): Change {
  const checks: Check[] = [{ name: kind, kind, outcome: "fail", detail: "seen" }];
  return { verified: { verdict: "fail", checks } };
}

const report = { started: { ...good.started, output: "report" } } as const;

test("what is green is accepted", () =>
  expect(after({})).toMatchObject({ decision: "accepted", score: 7.6, codes: ["green"] }));

test("a score below 4 is rejected, 4 is not (C23)", () => {
  expect(after({ assessed: { blend: 3.99 } })).toMatchObject({
    decision: "rejected",
    codes: ["low-score"],
  });
  expect(after({ assessed: { blend: 4 } }).decision).toBe("accepted");
});

test("what was cut off loses 1.5 before the decision, and is told (C25)", () => {
  const cut = { stopReason: "truncated" } as const;
  expect(after({ executed: cut, assessed: { blend: 5.2 } })).toMatchObject({
    decision: "rejected",
    score: 3.7,
    codes: ["low-score", "truncated"],
  });
  expect(after({ executed: cut, assessed: { blend: 5.5 } })).toMatchObject({
    decision: "accepted",
    score: 4,
    codes: ["green", "truncated"],
  });
  expect(after({ executed: cut, assessed: { blend: 1 } }).score).toBe(0);
});

test("a hit of the constitution rejects, whatever the score (C24)", () => {
  const hits = [{ rule: "no eval", file: "src/a.ts", line: 3, excerpt: "eval(x)" }];
  const result = after({ verified: { hits }, assessed: { blend: 9.5 } });
  expect(result).toMatchObject({ decision: "rejected", codes: ["constitution"] });
  expect(result.reasons[0]?.text).toContain("no eval at src/a.ts:3");
});

test.each([
  ["tests", "tests"],
  ["success", "success"],
  ["scope", "scope"],
  ["secret", "secret"],
  ["truncation", "truncation-guard"],
  ["constitution", "constitution"],
] as const)("a failed check of kind %s rejects", (kind, code) =>
  expect(after(failing(kind))).toMatchObject({ decision: "rejected", codes: [code], flags: [] }),
);

test("a changed sealed path rejects and is a safety event", () =>
  expect(after(failing("sealed"))).toMatchObject({
    decision: "rejected",
    codes: ["sealed"],
    flags: [{ kind: "safety", rule: "sealed", detail: "sealed: seen" }],
  }));

test("a failed check rejects even where the verdict says pass", () =>
  expect(after({ verified: { ...failing("tests").verified, verdict: "pass" } }).decision).toBe(
    "rejected",
  ));

test("a verdict of fail rejects even where no check tells why", () =>
  expect(after({ verified: { verdict: "fail" } }).decision).toBe("rejected"));

test("code without a commit is rejected", () =>
  expect(after({ executed: { commit: null } })).toMatchObject({
    decision: "rejected",
    codes: ["success"],
  }));

test("what cannot be shown waits for the director", () =>
  expect(after({ verified: { verdict: "unverifiable" } })).toMatchObject({
    decision: "escalated",
    codes: ["unverifiable"],
  }));

test("the director is told what could not be shown", () => {
  const checks: Check[] = [
    { name: "npm test", kind: "tests", outcome: "pass", detail: "" },
    { name: "npm run e2e", kind: "success", outcome: "unverifiable", detail: "" },
  ];
  const named = after({ verified: { verdict: "unverifiable", checks } });
  expect(named.reasons[0]?.text).toBe("could not be shown: npm run e2e");
  const unnamed = after({ verified: { verdict: "unverifiable" } });
  expect(unnamed.reasons[0]?.text).toBe("could not be shown: the work");
});

test.each([
  ["never", "policy-never"],
  ["pull-request", "policy-review"],
] as const)("a policy of %s waits for the director (F11)", (policy, code) =>
  expect(after({ started: { rules: { ...good.started.rules, policy } } })).toMatchObject({
    decision: "escalated",
    codes: [code],
  }),
);

test("self-improvement always waits for a person (C30)", () =>
  expect(after({ started: { category: "self_improvement" } })).toMatchObject({
    decision: "escalated",
    codes: ["self-improvement"],
  }));

test("a judge of the author's family earns a pull request at most (H5)", () =>
  expect(after({ assessed: { family: "claude" } })).toMatchObject({
    decision: "escalated",
    codes: ["same-family"],
  }));

test("what was made outside the sandbox waits for the director", () =>
  expect(after({ executed: { sandboxed: false } })).toMatchObject({
    decision: "escalated",
    codes: ["not-sandboxed"],
  }));

test("every reason that applies is told, not only the first", () => {
  const result = after({
    started: {
      category: "self_improvement",
      rules: { ...good.started.rules, policy: "pull-request" },
    },
    executed: { stopReason: "truncated", sandboxed: false },
    verified: {
      verdict: "fail",
      hits: [{ rule: "no eval", file: "a.ts", line: 1, excerpt: "eval" }],
      checks: [
        { name: "npm test", kind: "tests", outcome: "fail", detail: "" },
        { name: "sealed", kind: "sealed", outcome: "fail", detail: "x" },
      ],
    },
    assessed: { blend: 3, family: "claude" },
  });
  expect(result.decision).toBe("rejected");
  expect(result.codes.toSorted()).toEqual(
    [
      "low-score",
      "constitution",
      "tests",
      "sealed",
      "truncated",
      "same-family",
      "not-sandboxed",
      "self-improvement",
      "policy-review",
    ].toSorted(),
  );
});

test("a report is filed without policy, family or commit holding it back (D13)", () => {
  const result = after({
    started: {
      ...report.started,
      category: "self_improvement",
      rules: { ...good.started.rules, policy: "never" },
    },
    executed: { commit: null, sandboxed: false },
    assessed: { family: "claude" },
  });
  expect(result).toMatchObject({ decision: "accepted", codes: ["green"] });
});

test("a report that fails or scores low is rejected all the same", () => {
  expect(after({ ...report, ...failing("success") }).decision).toBe("rejected");
  expect(after({ ...report, assessed: { blend: 3 } }).decision).toBe("rejected");
});

test("a report that cannot be shown is filed, and says so", () =>
  expect(after({ ...report, verified: { verdict: "unverifiable" } })).toMatchObject({
    decision: "accepted",
    codes: ["green", "unverifiable"],
  }));

test("the thresholds are those the attempt was started with, not the settings of today (I5)", () => {
  const rules = { ...good.started.rules, scoreMin: 8, truncationPenalty: 0.5 };
  const started = { ...good.started, rules };
  expect(after({ started })).toMatchObject({ decision: "rejected", codes: ["low-score"] });
  const cutOff = after({ started, executed: { stopReason: "truncated" } });
  expect(cutOff.score).toBe(7.1);
});

const interval = (low: number, high: number) => ({ interval: { low, high } });

test("a score that people might see on the other side of the gate waits for a person (C34)", () => {
  const poor = after({ assessed: { blend: 3.5, ...interval(2.6, 4.4) } });
  expect(poor.decision).toBe("escalated");
  expect(poor.reasons.map(({ code }) => code)).toEqual(["uncertain", "low-score"]);
  const fair = after({ assessed: { blend: 4.5, ...interval(3.6, 5.4) } });
  expect(fair.decision).toBe("escalated");
});

test("a score that is sure on its side is decided", () => {
  expect(after({ assessed: { blend: 3, ...interval(2.1, 3.9) } }).decision).toBe("rejected");
  expect(after({ assessed: { blend: 5, ...interval(4, 6) } }).decision).toBe("accepted");
});

test("doubt about the score forgives no evidence that fails", () => {
  const failed = {
    verdict: "fail" as const,
    checks: [{ name: "npm test", kind: "tests" as const, outcome: "fail" as const, detail: "" }],
  };
  const result = after({ verified: failed, assessed: { blend: 3.5, ...interval(2.6, 4.4) } });
  expect(result.decision).toBe("rejected");
});

test("what was cut off loses its points at both ends of the interval", () => {
  const cut = { stopReason: "truncated" as const };
  const result = after({ executed: cut, assessed: { blend: 5.9, ...interval(5.2, 6.6) } });
  expect(result.decision).toBe("escalated");
  expect(result.reasons[0]?.text).toContain("3.7 to 5.1");
});
