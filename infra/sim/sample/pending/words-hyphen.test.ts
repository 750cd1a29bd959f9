import assert from "node:assert/strict";
import { test } from "node:test";
import { words } from "../src/words.ts";

test("a hyphenated word is one word", () =>
  assert.deepEqual(words("a well-known fact"), ["a", "well-known", "fact"]));
