import assert from "node:assert/strict";
import { test } from "node:test";
import { greeting, words } from "../src/words.ts";

test("punctuation is no word", () => assert.deepEqual(words("Well, it's 2 o'clock!"), ["well", "it's", "2", "o'clock"]));
test("each part of the day has its greeting", () => {
  assert.equal(greeting(8), "Good morning");
  assert.equal(greeting(13), "Good afternoon");
  assert.equal(greeting(20), "Good evening");
});
