import assert from "node:assert/strict";
import { test } from "node:test";
import { histogram } from "../src/stats.ts";

test("samples that are no numbers are refused", () =>
  assert.throws(() => histogram([1, Number.NaN], 2), RangeError));
