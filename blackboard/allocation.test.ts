import type { AllocationCommand, AllocationEvent } from "@nightshift/protocol/allocation";
import { test } from "vitest";
import { allocation } from "./allocation.ts";
import { spec } from "./spec.ts";

const { given } = spec(allocation);
const weights = { capability: 0.3, ops: 0.3, content: 0.25, self_improvement: 0.15 };
const adjust: AllocationCommand = {
  type: "allocation.adjust",
  loop: "fast",
  weights,
  rationale: "capability scored best",
  evidence: ["event-1"],
  capShare: 0.3,
  selfImprovementShare: 0.15,
};
const adjusted: AllocationEvent = {
  type: "allocation.adjusted",
  loop: "fast",
  weights,
  rationale: "capability scored best",
  evidence: ["event-1"],
};

test("weights that add up to one are adjusted, and the same again are nothing new", () => {
  given().when(adjust).thenEvents(adjusted);
  given(adjusted)
    .when({ ...adjust, rationale: "again" })
    .thenNothing();
});

test("weights that do not add up to one are refused", () => {
  given()
    .when({ ...adjust, weights: { ...weights, content: 0.2 } })
    .thenRefuses("out-of-bounds");
  given()
    .when({ ...adjust, weights: {} })
    .thenRefuses("out-of-bounds");
});

test("no category passes its cap (C16, I5)", () =>
  given()
    .when({
      ...adjust,
      weights: { capability: 0.31, ops: 0.3, content: 0.24, self_improvement: 0.15 },
    })
    .thenRefuses("out-of-bounds"));

test("a category may get nothing", () => {
  const idle = { capability: 0.3, ops: 0.3, content: 0.3, research: 0.1, revenue: 0 };
  given()
    .when({ ...adjust, weights: idle })
    .thenEvents({ ...adjusted, weights: idle });
});

test("what is no weight is refused", () => {
  given()
    .when({ ...adjust, weights: { ...weights, content: Number.NaN } })
    .thenRefuses("out-of-bounds");
  given()
    .when({ ...adjust, weights: { capability: 0.3, ops: 0.3, content: 0.3, x: 0.3, y: -0.2 } })
    .thenRefuses("out-of-bounds");
});

test("no loop moves the share of self-improvement, neither up nor down (C30)", () => {
  const less = { capability: 0.3, ops: 0.3, content: 0.3, self_improvement: 0.1 };
  const none = { capability: 0.3, ops: 0.3, content: 0.3, research: 0.1 };
  for (const loop of ["fast", "medium", "slow"] as const) {
    given(adjusted)
      .when({ ...adjust, loop, weights: less })
      .thenRefuses("sealed");
    given(adjusted)
      .when({ ...adjust, loop, weights: none })
      .thenRefuses("sealed");
  }
});

test("the other weights move around it", () => {
  const next = { capability: 0.25, ops: 0.3, content: 0.3, self_improvement: 0.15 };
  given(adjusted)
    .when({ ...adjust, weights: next })
    .thenEvents({ ...adjusted, weights: next });
});

test("the director moves it, and not above .15 either (I5)", () => {
  const less = { capability: 0.3, ops: 0.3, content: 0.3, self_improvement: 0.1 };
  const more = { capability: 0.3, ops: 0.3, content: 0.2, self_improvement: 0.2 };
  given(adjusted)
    .when({ ...adjust, loop: "director", weights: less })
    .thenEvents({ ...adjusted, loop: "director", weights: less });
  given(adjusted)
    .when({ ...adjust, loop: "director", weights: more, selfImprovementShare: 0.5 })
    .thenRefuses("out-of-bounds");
});
