import type { CallContext, CallOptions, Peer } from "@nightshift/protocol/bus";
import type { SkillInput, SkillName, SkillOutput } from "@nightshift/protocol/skills";
import { expect } from "vitest";

// Agents, inputs and answers that the tests of every binding share.

let messages = 0;

export function options(given: Partial<CallOptions> = {}): CallOptions {
  messages += 1;
  return {
    context: "task-1",
    message: `message-${messages}`,
    timeoutMs: 10_000,
    signal: new AbortController().signal,
    ...given,
  };
}

const taskSpec = {
  name: "FIX-1",
  title: "Fix it",
  text: "",
  repo: "r",
  category: "fix",
  priority: 3,
  output: "code",
  success: [],
  scope: [],
  tags: [],
  model: null,
  dependsOn: [],
  drops: [],
  parent: null,
  depth: 0,
  source: "director",
} satisfies SkillInput<"propose">["spec"];

export const proposal = { spec: taskSpec };

export const bidInput: SkillInput<"bid"> = {
  task: "task-1",
  spec: taskSpec,
  attempt: null,
  skill: "implement",
  inputTokens: 10,
  outputTokens: 20,
};

export function bidsOf(model: string): SkillOutput<"bid"> {
  const terms = { family: "f", account: "a", tier: "small", priceMicroUsd: 1, etaMs: 1 } as const;
  return { bids: [{ model, ...terms }] };
}

export function bidder(
  bid: (input: SkillInput<"bid">, call: CallContext) => Promise<SkillOutput<"bid">>,
  name = "bidder",
): Peer {
  return peerOf(name, ["bid"], (_skill, input, call) => bid(Object(input), call));
}

export function peerOf(name: string, skills: SkillName[], handle: Peer["handle"]): Peer {
  return { card: { name, description: `the ${name}`, version: "1", skills }, handle };
}

/** Works until it is cancelled. */
export function endless(
  call: CallContext,
  onStart?: () => void,
  onCancel?: () => void,
): Promise<never> {
  onStart?.();
  return new Promise((_resolve, reject) => {
    const cancelled = () => {
      onCancel?.();
      reject(new Error("cancelled"));
    };
    if (call.signal.aborted) cancelled();
    else call.signal.addEventListener("abort", cancelled, { once: true });
  });
}

export async function caught(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => Promise.reject(new Error("it should have failed")),
    (error: Error) => error,
  );
}

/** Waits for what happens soon; at most five seconds. */
export async function settled(done: () => boolean): Promise<void> {
  for (let tries = 0; tries < 500 && !done(); tries += 1)
    await new Promise((resolve) => setTimeout(resolve, 10));
  expect(done()).toBe(true);
}

export function planInput(large: string): SkillInput<"plan"> {
  return {
    task: "task-1",
    spec: taskSpec,
    attempt: "task-1-g1",
    generation: 1,
    repo: {
      id: "r",
      path: "/r",
      target: "main",
      testCommand: "true",
      prepareCommand: null,
      sealed: [],
      sandbox: "required",
    },
    base: "0".repeat(40),
    splitOverTokens: 8_000,
    critique: large,
  };
}

export function failedOf(input: unknown): SkillOutput<"plan"> {
  const detail = String(String(Object(input).critique).length);
  return { status: "failed", kind: "crash", detail, spend: null };
}
