import assert from "node:assert/strict";
import { test } from "node:test";
import { splitEvenly } from "../src/money.ts";

test("a fraction of a cent cannot be split", () =>
  assert.throws(() => splitEvenly(10.5, 2), RangeError));
