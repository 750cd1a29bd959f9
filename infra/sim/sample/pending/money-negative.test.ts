import assert from "node:assert/strict";
import { test } from "node:test";
import { formatMoney } from "../src/money.ts";

test("a negative amount begins with a minus sign and keeps its size", () => {
  assert.equal(formatMoney(-1230, "EUR"), "-€12.30");
  assert.equal(formatMoney(-5, "USD"), "-$0.05");
});
