import assert from "node:assert/strict";
import { test } from "node:test";
import { mean, quantile, sum, variance } from "../src/stats.ts";

test("small terms survive beside large ones", () => assert.equal(sum([1e16, 1, -1e16]), 1));
test("the mean of one sample is the sample", () => assert.equal(mean([3]), 3));
test("the mean of nothing is refused", () => assert.throws(() => mean([]), RangeError));
test("the variance of equal samples is 0", () => assert.equal(variance([2, 2, 2]), 0));
test("the middle quantile lies between the middle samples", () =>
  assert.equal(quantile([4, 1, 3, 2], 0.5), 2.5));
