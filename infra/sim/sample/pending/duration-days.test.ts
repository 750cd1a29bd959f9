import assert from "node:assert/strict";
import { test } from "node:test";
import { parseDuration } from "../src/duration.ts";

test("an hour is read", () => assert.equal(parseDuration("1h"), 3_600_000));
test("a day is twenty-four hours", () => assert.equal(parseDuration("1d"), 86_400_000));
test("days and hours add up", () => assert.equal(parseDuration("1d12h"), 129_600_000));
