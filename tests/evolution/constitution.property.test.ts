import { allocate } from "@nightshift/agents/evolver/allocation/tree";
import type { Outcome } from "@nightshift/agents/evolver/outcome";
import { directedMutations } from "@nightshift/agents/evolver/policy/signals";
import { allocation } from "@nightshift/blackboard/allocation";
import { policy } from "@nightshift/blackboard/policy";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import type { AllocationCommand } from "@nightshift/protocol/allocation";
import { Refusal } from "@nightshift/protocol/errors";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { PolicyCommand, PolicyEvent } from "@nightshift/protocol/policy";
import { boundsOf, defaultSettings, SettingKey } from "@nightshift/protocol/settings";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const RUNS = 10_000;
const HOUR_MS = 3_600_000;
const NOW_MS = Date.UTC(2026, 10, 21);
const WEIGHTS = {
  revenue: 0.25,
  capability: 0.25,
  content: 0.2,
  ops: 0.15,
  self_improvement: 0.15,
};
const SELF = "self_improvement";

/** Whatever may come out, self-improvement among it: any score, any tokens, at any hour. */
const anyOutcome: fc.Arbitrary<Outcome> = fc
  .record({
    category: fc.constantFrom(...Object.keys(WEIGHTS)),
    score: fc.option(fc.integer({ min: 0, max: 10 })),
    truncated: fc.boolean(),
    continued: fc.boolean(),
    contextTokens: fc.nat(90_000),
    outputTokens: fc.nat(40_000),
    estimateTokens: fc.option(fc.integer({ min: 1, max: 30_000 })),
    merged: fc.option(fc.boolean()),
    hours: fc.oneof(fc.nat(23), fc.nat(23), fc.nat(700)),
  })
  .map(({ hours, ...told }) => ({
    attempt: `a${hours}`,
    output: "code",
    model: "m",
    genome: "g",
    genes: NEUTRAL_GENES,
    outputBudget: 32_000,
    propensity: 1,
    beganMs: NOW_MS - hours * HOUR_MS,
    atMs: NOW_MS - hours * HOUR_MS,
    evidence: `e${hours}`,
    ...told,
  }));

/** What somebody who wants the constitution changed would ask for. */
const anyWish = fc.record({
  key: fc.constantFrom(...SettingKey.options),
  to: fc.oneof(fc.double(), fc.integer({ min: -10, max: 100_000 })),
  own: fc.double({ min: 0, max: 1, noNaN: true }),
});

test("no scores, mutations or self-improvement tasks move a constitution key or pass a cap", () => {
  let [changed, shifted] = [0, 0];
  const steps = fc.array(
    fc.record({ outcomes: fc.array(anyOutcome, { maxLength: 30, size: "max" }), wish: anyWish }),
    { minLength: 1, maxLength: 3 },
  );
  fc.assert(
    fc.property(steps, (nights) => {
      const view = settingsInForce.initial();
      let weights: Record<string, number> = { ...WEIGHTS };
      for (const [night, { outcomes, wish }] of nights.entries()) {
        const settings = { ...defaultSettings, ...Object.fromEntries(view.adopted) };
        const { key, to, own } = wish;
        const wished = { key, from: settings[key], to, signal: "wish", rationale: "w" };
        const proposals = [
          ...directedMutations(outcomes, settings, []),
          { ...wished, evidence: ["e"] },
        ];
        for (const [at, proposal] of proposals.entries()) {
          for (const event of adopted(proposal)) {
            settingsInForce.apply(view, recorded(`policy-${night}-${at}`, event));
            changed += 1;
          }
        }
        const told = { weights, outcomes, capShare: 0.3, groups: {}, nowMs: NOW_MS };
        const shift = allocate({ ...told, movedAtMs: { fast: null, medium: null, slow: null } });
        const rest = (1 - own) / (Object.keys(WEIGHTS).length - 1);
        const greedy = Object.fromEntries(
          Object.keys(WEIGHTS).map((name) => [name, name === SELF ? own : rest]),
        );
        for (const wanted of [shift?.weights, greedy]) {
          if (!wanted) continue;
          const next = adjusted(weights, wanted);
          if (next !== weights) shifted += 1;
          weights = next;
        }
      }
      for (const [key, value] of view.adopted) {
        const { evolvable, min, max } = boundsOf(key);
        expect(evolvable && value >= min && value <= max).toBe(true);
      }
      expect(weights[SELF]).toBe(WEIGHTS[SELF]);
      for (const weight of Object.values(weights)) expect(weight).toBeLessThanOrEqual(0.3);
    }),
    { numRuns: RUNS },
  );
  // What never moves anything holds nothing back.
  expect(changed).toBeGreaterThan(1_000);
  expect(shifted).toBeGreaterThan(1_000);
});

type Proposal = Omit<Extract<PolicyCommand, { type: "policy.propose" }>, "type" | "key"> & {
  key: string;
};

/** The events of a change that is proposed and adopted; none where a decider refuses it. */
function adopted({ key, ...change }: Proposal): PolicyEvent[] {
  const known = SettingKey.parse(key);
  const commands: PolicyCommand[] = [
    { type: "policy.propose", key: known, ...change },
    { type: "policy.adopt", rationale: "it helps" },
  ];
  const events: PolicyEvent[] = [];
  try {
    let state = policy.initial;
    for (const command of commands) {
      for (const event of policy.decide(command, state)) {
        state = policy.evolve(state, event);
        events.push(event);
      }
    }
    return events;
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

function adjusted(before: Record<string, number>, weights: Record<string, number>) {
  const command: AllocationCommand = {
    type: "allocation.adjust",
    loop: "fast",
    weights,
    rationale: "r",
    evidence: ["e"],
    capShare: boundsOf("categoryShareMax").default,
    selfImprovementShare: boundsOf("selfImprovementShareMax").default,
  };
  try {
    return allocation.decide(command, { weights: before }).length > 0 ? weights : before;
  } catch (error) {
    if (error instanceof Refusal) return before;
    throw error;
  }
}

function recorded(stream: string, event: PolicyEvent) {
  const envelope = { position: 1n, revision: 0, id: stream, atMs: 0, actor: "x" };
  return { stream, event, ...envelope, causation: null, correlation: null };
}
