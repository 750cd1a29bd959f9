import type { PolicyCommand, PolicyEvent } from "@nightshift/protocol/policy";
import { boundsOf, SettingKey } from "@nightshift/protocol/settings";
import { test } from "vitest";
import { policy } from "./policy.ts";
import { spec } from "./spec.ts";

const { given } = spec(policy);
const told = {
  key: "outputTokensMax" as const,
  from: 8_000,
  to: 9_600,
  signal: "truncation",
  rationale: "31 % of the answers were cut off",
  evidence: ["event-1"],
};
const propose: Extract<PolicyCommand, { type: "policy.propose" }> = {
  type: "policy.propose",
  ...told,
};
const proposed: PolicyEvent = { type: "policy.proposed", ...told };
const tried = { type: "policy.tried", share: 0.5, tasksMax: 10 } as const;
const adopt = { type: "policy.adopt", rationale: "fewer cut off" } as const;
const adopted = { type: "policy.adopted", rationale: "fewer cut off" } as const;
const rollBack = { type: "policy.roll-back", rationale: "no better" } as const;
const rolledBack = { type: "policy.rolled-back", rationale: "no better" } as const;

test("a change within its bounds is proposed, with its evidence", () => {
  given().when(propose).thenEvents(proposed);
  given(proposed)
    .when({ ...propose, to: 10_000 })
    .thenRefuses("out-of-order");
});

test.each(SettingKey.options.filter((key) => !boundsOf(key).evolvable))(
  "%s belongs to the constitution: evolution cannot reach it (I5)",
  (key) =>
    given()
      .when({ ...propose, key, from: boundsOf(key).default, to: boundsOf(key).max })
      .thenRefuses("sealed"),
);

test("no change leaves the bounds of its setting", () => {
  for (const to of [999, 32_001, Number.NaN, true]) {
    given()
      .when({ ...propose, to })
      .thenRefuses("out-of-bounds");
  }
});

test("what counts tokens or tasks stays whole, a share need not", () => {
  given()
    .when({ ...propose, to: 9_600.5 })
    .thenRefuses("out-of-bounds");
  const share = { ...told, key: "saturationShare", from: 0.3, to: 0.25 } as const;
  given()
    .when({ type: "policy.propose", ...share })
    .thenEvents({ type: "policy.proposed", ...share });
});

test("the bounds themselves are within", () => {
  for (const to of [1_000, 32_000]) {
    given()
      .when({ ...propose, to })
      .thenEvents({ ...proposed, to });
  }
});

test("a change that changes nothing is none", () =>
  given()
    .when({ ...propose, to: 8_000 })
    .thenRefuses("out-of-bounds"));

test("a change without rationale or evidence is refused (I9)", () => {
  given()
    .when({ ...propose, evidence: [] })
    .thenRefuses("not-verified");
  given()
    .when({ ...propose, rationale: "  " })
    .thenRefuses("not-verified");
});

test("a proposed change is tried on a share of the tasks", () => {
  given(proposed).when({ type: "policy.try", share: 0.5, tasksMax: 10 }).thenEvents(tried);
  given(proposed)
    .when({ type: "policy.try", share: 1, tasksMax: 1 })
    .thenEvents({ ...tried, share: 1, tasksMax: 1 });
  for (const wrong of [{ share: 0 }, { share: 1.1 }, { tasksMax: 0 }, { tasksMax: 1.5 }]) {
    given(proposed)
      .when({ type: "policy.try", share: 0.5, tasksMax: 10, ...wrong })
      .thenRefuses("out-of-bounds");
  }
  given(proposed, adopted)
    .when({ type: "policy.try", share: 0.5, tasksMax: 10 })
    .thenRefuses("out-of-order");
});

test("a change is adopted once, and only what was proposed", () => {
  given(proposed).when(adopt).thenEvents(adopted);
  given(proposed, tried).when(adopt).thenEvents(adopted);
  given(proposed, adopted).when(adopt).thenNothing();
  given().when(adopt).thenRefuses("not-found");
});

test("a change is rolled back once, also after it was adopted, and stays so", () => {
  given(proposed, tried).when(rollBack).thenEvents(rolledBack);
  given(proposed, adopted).when(rollBack).thenEvents(rolledBack);
  given(proposed, tried, rolledBack).when(rollBack).thenNothing();
  given(proposed, tried, rolledBack).when(adopt).thenRefuses("out-of-order");
});
