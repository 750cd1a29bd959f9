import { allowed } from "@nightshift/agents/evolver/genome/allowed";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import type { PolicyEvent } from "@nightshift/protocol/policy";
import { boundsOf, defaultSettings, SettingKey } from "@nightshift/protocol/settings";
import * as fc from "fast-check";
import { expect, test } from "vitest";

const open = SettingKey.options.filter((key) => boundsOf(key).evolvable);

const anyChange = fc
  .record({ key: fc.constantFrom(...open), share: fc.double({ min: 0, max: 1, noNaN: true }) })
  .map(({ key, share }) => {
    const { min, max } = boundsOf(key);
    return { key, to: Math.round(min + share * (max - min)) };
  });

test("a change that is rolled back leaves everything exactly as it was before it", () => {
  fc.assert(
    fc.property(fc.array(anyChange, { maxLength: 6 }), anyChange, (before, change) => {
      const view = settingsInForce.initial();
      before.forEach((one, at) => adopt(view, `p${at}`, one));
      const was = settingsOf(view);
      adopt(view, "last", change);
      expect(settingsOf(view)[change.key]).toBe(change.to);
      apply(view, "last", { type: "policy.rolled-back", rationale: "worse" });
      expect(settingsOf(view)).toEqual(was);
      expect(allowed(NEUTRAL_GENES, settingsOf(view))).toEqual(allowed(NEUTRAL_GENES, was));
    }),
    { numRuns: 1_000 },
  );
});

test("a trial that is rolled back has changed nothing for the others", () => {
  const view = settingsInForce.initial();
  const was = settingsOf(view);
  propose(view, "p", { key: "outputTokensMax", to: 12_000 });
  apply(view, "p", { type: "policy.tried", share: 0.3, tasksMax: 10 });
  expect(settingsOf(view)).toEqual(was);
  apply(view, "p", { type: "policy.rolled-back", rationale: "worse" });
  expect(settingsOf(view)).toEqual(was);
  expect(view.open.size).toBe(0);
});

type View = ReturnType<typeof settingsInForce.initial>;
type Change = { key: SettingKey; to: number };

function settingsOf({ adopted }: View) {
  return { ...defaultSettings, ...Object.fromEntries(adopted) };
}

function propose(view: View, id: string, { key, to }: Change): void {
  const from = settingsOf(view)[key];
  const why = { signal: "s", rationale: "r", evidence: ["e"] };
  apply(view, id, { type: "policy.proposed", key, from, to, ...why });
}

function adopt(view: View, id: string, change: Change): void {
  propose(view, id, change);
  apply(view, id, { type: "policy.adopted", rationale: "better" });
}

function apply(view: View, id: string, event: PolicyEvent): void {
  const envelope = { position: 1n, revision: 0, id, atMs: 0, actor: "x" };
  const recorded = { stream: `policy-${id}`, event, ...envelope };
  settingsInForce.apply(view, { ...recorded, causation: null, correlation: null });
}
