import { expect, test } from "vitest";
import { Refusal } from "./errors.ts";
import { codes, fromRpcError, RpcFailure, RpcRequest, toRpcError } from "./rpc.ts";

test("a refusal crosses the wire with its code and its words", () => {
  const sent = toRpcError(new Refusal("over-budget", "the day is spent"));
  expect(sent).toEqual({
    code: codes.refused,
    message: "the day is spent",
    data: { refusal: "over-budget" },
  });
  const got = fromRpcError(JSON.parse(JSON.stringify(sent)));
  expect(got).toBeInstanceOf(Refusal);
  expect(got).toMatchObject({ code: "over-budget", message: "the day is spent" });
});

test("a refusal with a code that is not ours is a failure, not a refusal", () => {
  const got = fromRpcError({ code: -32_000, message: "no", data: { refusal: "because" } });
  expect(got).toBeInstanceOf(RpcFailure);
});

test("a failure that was made for the wire keeps its code, any other says nothing of itself", () => {
  expect(toRpcError(new RpcFailure(-32_602, "no input"))).toEqual({
    code: -32_602,
    message: "no input",
  });
  expect(toRpcError(new Error("password is hunter2"))).toEqual({
    code: -32_603,
    message: "internal error",
  });
});

test("what an error says is cut at 1,000 characters, both ways", () => {
  const long = "x".repeat(5_000);
  expect(toRpcError(new Refusal("held", long)).message).toHaveLength(1_000);
  expect(fromRpcError({ code: 1, message: long }).message).toHaveLength(1_000);
});

test("an id is a short string; without one it is a notification", () => {
  const request = { jsonrpc: "2.0", method: "GetTask" };
  const accepted = ["1", "a-b", undefined].filter(
    (id) => RpcRequest.safeParse({ ...request, id }).success,
  );
  expect(accepted).toEqual(["1", "a-b", undefined]);
  const refused = [1, null, {}, [], "", "x".repeat(65)];
  expect(refused.filter((id) => RpcRequest.safeParse({ ...request, id }).success)).toEqual([]);
});
