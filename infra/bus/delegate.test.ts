import { A2A_VERSION } from "@nightshift/protocol/a2a";
import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { bidInput, bidsOf, caught, options, peerOf } from "./bus-samples.ts";
import { delegate, type Wire } from "./delegate.ts";
import { serve } from "./served.ts";

const call = { to: "bidder", skill: "bid", input: bidInput } as const;

/** A wire whose other end says these events, whatever it is asked. */
function saying(...events: object[]): Wire {
  return {
    request: async () => null,
    async stream(_method, _params, emit) {
      for (const event of events) emit(event);
    },
  };
}

function ended(state: string, data: unknown): object {
  const artifacts = [{ artifactId: "answer", parts: [{ data }] }];
  return { task: { id: "t", contextId: "c", status: { state }, artifacts } };
}

test("a caller takes an answer that keeps the schema, and no other, whoever checked it before", async () => {
  const right = saying(ended("TASK_STATE_COMPLETED", bidsOf("m")));
  expect(await delegate(right, call, options())).toEqual(bidsOf("m"));
  const wrong = saying(ended("TASK_STATE_COMPLETED", { bids: [{ model: "m" }] }));
  expect(await caught(delegate(wrong, call, options()))).toBeInstanceOf(Unavailable);
});

test("an answer counts only when the call is completed", async () => {
  for (const state of ["TASK_STATE_WORKING", "TASK_STATE_FAILED", "TASK_STATE_CANCELED"]) {
    const failure = await caught(delegate(saying(ended(state, bidsOf("m"))), call, options()));
    expect(failure).toBeInstanceOf(Unavailable);
  }
  expect(await caught(delegate(saying(), call, options()))).toBeInstanceOf(Unavailable);
});

test("an answer that breaks the schema is a failed task already where it is made", async () => {
  const peer = peerOf("bidder", ["bid"], async () => ({ bids: "all of them" }));
  const parts = [{ data: { skill: "bid", input: bidInput } }];
  const message = { messageId: "1", contextId: "task-1", role: "ROLE_USER", parts };
  const asked = { method: "SendMessage", params: { message }, version: A2A_VERSION };
  const { signal: gone } = new AbortController();
  const answer = await serve(peer).answer(asked, {
    name: "house",
    standing: "house",
    allowed: "all",
    inFlightMax: 1,
    gone,
  });
  expect(answer).toMatchObject({ task: { status: { state: "TASK_STATE_FAILED" } } });
});
