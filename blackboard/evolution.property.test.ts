import type { AllocationCommand } from "@nightshift/protocol/allocation";
import type { PolicyCommand } from "@nightshift/protocol/policy";
import { boundsOf, SettingKey } from "@nightshift/protocol/settings";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { allocation } from "./allocation.ts";
import { play } from "./play.ts";
import { policy } from "./policy.ts";

const share = fc.constantFrom(0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.5);

test("no sequence of loops moves self-improvement or a category over its cap (I5)", () => {
  const adjust = fc
    .record({
      type: fc.constant("allocation.adjust" as const),
      loop: fc.constantFrom("fast", "medium", "slow", "director"),
      weights: fc.dictionary<string, number>(
        fc.constantFrom("a", "b", "c", "d", "self_improvement"),
        share,
      ),
      rationale: fc.constant("scores"),
      evidence: fc.constant<string[]>(["e"]),
      capShare: fc.constant(0.3),
      selfImprovementShare: fc.constantFrom(0.15, 0.5, 1),
    })
    // The rest goes to one category, so that many of them add up to one.
    .map((command): AllocationCommand => {
      const others = Object.values(command.weights).reduce((sum, weight) => sum + weight, 0);
      command.weights["rest"] = 1 - others;
      return command;
    });
  let adjusted = 0;
  fc.assert(
    fc.property(fc.array(adjust, { maxLength: 20 }), (commands) => {
      let before: number | null = null;
      for (const { command, events, after } of play(allocation, commands)) {
        if (events.length === 0 || !after.weights) continue;
        adjusted += 1;
        const own = after.weights["self_improvement"] ?? 0;
        expect(own).toBeLessThanOrEqual(0.15);
        for (const weight of Object.values(after.weights)) {
          expect(weight).toBeLessThanOrEqual(0.3);
        }
        const free = command.loop === "director" || before === null;
        expect(free || own === before).toBe(true);
        before = own;
      }
    }),
    { numRuns: 1_000 },
  );
  expect(adjusted).toBeGreaterThan(20);
});

test("no sequence of mutations moves a key of the constitution, or any out of bounds (I5)", () => {
  const value = fc.oneof(fc.double(), fc.integer({ min: -5, max: 90_000 }), fc.boolean());
  const command = fc.oneof(
    fc.record({
      type: fc.constant("policy.propose" as const),
      key: fc.constantFrom(...SettingKey.options),
      from: value,
      to: value,
      signal: fc.constant("truncation"),
      rationale: fc.constant("why"),
      evidence: fc.constant<string[]>(["e"]),
    }),
    fc.constant({ type: "policy.try" as const, share: 0.5, tasksMax: 5 }),
    fc.constant({ type: "policy.adopt" as const, rationale: "better" }),
    fc.constant({ type: "policy.roll-back" as const, rationale: "worse" }),
  );
  fc.assert(
    fc.property(fc.array<PolicyCommand>(command, { maxLength: 20 }), (commands) => {
      for (const { after } of play(policy, commands)) {
        expect(after.proposed === null || isOpen(after.proposed)).toBe(true);
      }
    }),
    { numRuns: 500 },
  );
});

function isOpen({ key, to }: { key: SettingKey; to: number | boolean }): boolean {
  const { evolvable, min, max } = boundsOf(key);
  return evolvable && typeof to === "number" && to >= min && to <= max;
}
