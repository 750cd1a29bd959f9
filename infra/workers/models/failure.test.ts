import { LimitReached } from "@nightshift/agents/ports";
import { expect, test } from "vitest";
import { failureOf } from "./failure.ts";

const KEY = "sk-secret-of-the-director";
const told = { account: "claude", nowMs: 0, secrets: [KEY] };
const failed = (status: number | undefined, type: string | null, message = "") =>
  failureOf({ status, headers: undefined, type, message }, told);

test("no failure repeats a key, wherever the server tells it back (I12)", () => {
  const failures = [
    failed(400, "invalid_request_error", `the key ${KEY} has no such model`),
    failed(401, KEY, `${KEY} is unknown`),
    failed(529, KEY, `overloaded for ${KEY}`),
    failed(undefined, KEY, KEY),
  ];
  for (const failure of failures) {
    expect(JSON.stringify([failure.message, String(failure.cause)])).not.toContain(KEY);
  }
  expect(failures[0]?.message).toContain("has no such model");
});

test.each([
  [429, null],
  [402, null],
  [undefined, "rate_limit_error"],
  [400, "insufficient_quota"],
])("%s %s is a limit of the account, not a failure (I7)", (status, type) => {
  const failure = failed(status, type);
  expect(failure).toBeInstanceOf(LimitReached);
  expect(failure).toMatchObject({ account: "claude", resetsAtMs: null });
});

test.each([
  [401, null, "sign-in"],
  [undefined, "authentication_error", "sign-in"],
  [undefined, null, "crash"],
  [500, "api_error", "crash"],
  [400, "invalid_request_error", "crash"],
])("%s %s is told as %s would be", (status, type, kind) => {
  expect(failed(status, type)).toMatchObject({ kind });
});
