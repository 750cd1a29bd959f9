import type { RepoCommand } from "@nightshift/protocol/repo";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { play } from "./play.ts";
import { repo } from "./repo.ts";

const commit = "c".repeat(40);
const epoch = fc.integer({ min: 1, max: 3 });

test("nothing is merged without evidence, or twice, or by an older leader (I2, I4)", () => {
  const which = fc.constantFrom("a-g1", "b-g1");
  const command: fc.Arbitrary<RepoCommand> = fc.oneof(
    fc.record({
      type: fc.constant("repo.intend-merge" as const),
      attempt: which,
      branch: fc.constant("nightshift/a"),
      target: fc.constant("nightshift/main"),
      old: fc.constant(commit),
      new: fc.constant("d".repeat(40)),
      epoch,
      verdict: fc.constantFrom("pass", "fail", "unverifiable"),
      decision: fc.constantFrom("accepted", "rejected", "escalated"),
      approvedBy: fc.constantFrom("gate", "director", ""),
      mergedTests: fc.record({
        passed: fc.constantFrom(0, 9, null),
        failed: fc.constantFrom(0, 1, null),
        neverCounts: fc.boolean(),
      }),
    }),
    fc.record({ type: fc.constant("repo.confirm-merge" as const), attempt: which, epoch }),
    fc.record({
      type: fc.constant("repo.fail-merge" as const),
      attempt: which,
      epoch,
      reason: fc.constantFrom("moved", "conflict"),
      detail: fc.constant(""),
    }),
  );
  const registered: RepoCommand = {
    type: "repo.register",
    name: "shop",
    path: "/shop",
    target: "nightshift/main",
    testCommand: "npm test",
    policy: "when-green",
  };
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const merged: string[] = [];
      let highest = 0;
      for (const { command, before, events } of play(repo, [registered, ...commands])) {
        if (events.length === 0) continue;
        const now = "epoch" in command ? command.epoch : highest;
        expect(now).toBeGreaterThanOrEqual(highest);
        highest = now;
        expect(command.type !== "repo.intend-merge" || hasEvidence(command)).toBe(true);
        if (command.type !== "repo.confirm-merge") continue;
        merged.push(("intended" in before && before.intended?.attempt) || "none");
      }
      expect(merged).not.toContain("none");
      expect(new Set(merged).size).toBe(merged.length);
    }),
    { numRuns: 1_000 },
  );
});

function hasEvidence(command: Extract<RepoCommand, { type: "repo.intend-merge" }>): boolean {
  const { verdict, decision, approvedBy, mergedTests } = command;
  const byPerson = approvedBy === "director";
  return (
    mergedTests.failed !== 1 &&
    (mergedTests.passed !== 0 || byPerson) &&
    (mergedTests.passed !== null || mergedTests.neverCounts || byPerson) &&
    (verdict === "pass" || (verdict === "unverifiable" && byPerson)) &&
    (decision === "accepted" || (decision === "escalated" && byPerson))
  );
}
