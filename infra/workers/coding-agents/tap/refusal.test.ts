import { expect, test } from "vitest";
import { anthropic } from "../../../sim/wire/anthropic.ts";
import { chat } from "../../../sim/wire/chat.ts";
import { gemini } from "../../../sim/wire/gemini.ts";
import { responses } from "../../../sim/wire/responses.ts";
import type { Plain } from "../../../sim/wire/script.ts";
import { refusalOf } from "./refusal.ts";

const NOW_MS = 1_795_000_000_000;
const resetsAtMs = NOW_MS + 3_600_000;

function read({ status, headers, body }: Plain) {
  return refusalOf({ status, headers: new Headers(headers), body }, NOW_MS);
}

test.each([
  ["Anthropic, by key", anthropic.limit(resetsAtMs, NOW_MS, false)],
  ["Anthropic, by subscription", anthropic.limit(resetsAtMs, NOW_MS, true)],
  ["Chat Completions", chat.limit(resetsAtMs, NOW_MS, false)],
  ["Responses, by subscription", responses.limit(resetsAtMs, NOW_MS, true)],
  ["Gemini, in the details of the answer", gemini.limit(resetsAtMs, NOW_MS, false)],
])("%s: a limit with its reset", (_, plain) => {
  expect(read(plain)).toEqual({ kind: "limit", resetsAtMs });
});

test("a limit that tells no time has none, whatever its words say", () => {
  expect(read(gemini.limit(null, NOW_MS, false))).toEqual({ kind: "limit", resetsAtMs: null });
  const error = { message: "Please retry in 3600s.", details: [] };
  expect(read({ status: 429, headers: {}, body: { error } })).toEqual({
    kind: "limit",
    resetsAtMs: null,
  });
});

test("a refused key is known by status, or by Gemini's reason", () => {
  for (const wire of [anthropic, chat, gemini])
    expect(read(wire.unauthorised())).toEqual({ kind: "sign-in" });
  const details = [{ reason: "API_KEY_INVALID" }];
  expect(read({ status: 400, headers: {}, body: { error: { code: 400, details } } })).toEqual({
    kind: "sign-in",
  });
});

test("a bad request is neither, and a body of any shape is survived", () => {
  for (const body of [null, "", [], {}, { error: "x" }, { error: { details: "x" } }])
    expect(read({ status: 400, headers: {}, body })).toBeNull();
});
