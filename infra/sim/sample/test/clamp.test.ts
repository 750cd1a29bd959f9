import assert from "node:assert/strict";
import { test } from "node:test";
import { clamp } from "../src/clamp.ts";

test("a number inside the bounds stays", () => assert.equal(clamp(5, 1, 9), 5));
test("a number outside moves to the nearest bound", () => {
  assert.equal(clamp(-5, 1, 9), 1);
  assert.equal(clamp(50, 1, 9), 9);
});
test("bounds in the wrong order are refused", () => assert.throws(() => clamp(5, 9, 1), RangeError));
