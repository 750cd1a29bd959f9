import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoney, splitEvenly } from "../src/money.ts";

test("cents are written with two digits", () => {
  assert.equal(formatMoney(1230, "EUR"), "€12.30");
  assert.equal(formatMoney(5, "USD"), "$0.05");
});
test("a currency without a symbol is written by name", () =>
  assert.equal(formatMoney(100, "CHF"), "CHF 1.00"));
test("parts add up and differ by at most a cent", () => {
  assert.deepEqual(splitEvenly(100, 3), [34, 33, 33]);
  assert.deepEqual(splitEvenly(-100, 3), [-34, -33, -33]);
});
