import assert from "node:assert/strict";
import { test } from "node:test";
import { formatDuration, parseDuration } from "../src/duration.ts";

test("parts of a duration add up", () => assert.equal(parseDuration("1h30m"), 5_400_000));
test("milliseconds are not minutes and seconds", () => assert.equal(parseDuration("250ms"), 250));
test("what is not a duration is refused", () => {
  for (const text of ["", "1", "h", "1h x", "-1s"]) {
    assert.throws(() => parseDuration(text), SyntaxError);
  }
});
test("what is written can be read back", () => {
  for (const ms of [0, 1, 999, 61_001, 5_400_000]) {
    assert.equal(parseDuration(formatDuration(ms)), ms);
  }
});
