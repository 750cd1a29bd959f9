import type { Bus, CallContext, CallOptions, Peer } from "@nightshift/protocol/bus";
import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { SkillInput, SkillName, SkillOutput } from "@nightshift/protocol/skills";
import { afterEach, expect, test } from "vitest";

/** A bus whose agents live where the binding puts them: here, or behind a socket. */
export type Rig = {
  bus: Bus;
  /** Puts an agent on the bus, from wherever the binding's agents are. */
  join(peer: Peer): Promise<{ leave(): Promise<void> }>;
  close(): Promise<void>;
};

/** What every binding of the bus promises. The rig's principal is `house`. */
export function busContract(binding: string, open: () => Promise<Rig>): void {
  const rigs: Rig[] = [];

  async function rig(): Promise<Rig> {
    const opened = await open();
    rigs.push(opened);
    return opened;
  }

  afterEach(async () => {
    for (const opened of rigs.splice(0)) await opened.close();
  });

  test(`${binding}: a call brings the skill's typed answer, and tells the callee who asks`, async () => {
    const { bus, join } = await rig();
    const seen: CallContext[] = [];
    await join(
      bidder(async (input, call) => {
        seen.push(call);
        expect(input.outputTokens).toBe(20);
        return bidsOf("m-1");
      }),
    );
    const answer = await bus.call("bidder", "bid", bidInput, options({ context: "task-7" }));
    expect(answer).toEqual(bidsOf("m-1"));
    expect(seen[0]).toMatchObject({ context: "task-7", principal: "house" });
  });

  test(`${binding}: the roster names who is here, and no longer who left`, async () => {
    const { bus, join } = await rig();
    const { leave } = await join(bidder(async () => bidsOf("m")));
    expect(bus.roster().map(({ card }) => card.name)).toEqual(["bidder"]);
    await leave();
    await settled(() => bus.roster().length === 0);
    await expect(bus.call("bidder", "bid", bidInput, options())).rejects.toMatchObject({
      code: "not-found",
    });
  });

  test(`${binding}: a refusal arrives as the same refusal`, async () => {
    const { bus, join } = await rig();
    await join(
      bidder(async () => {
        throw new Refusal("over-budget", "the day is spent");
      }),
    );
    const failure = await caught(bus.call("bidder", "bid", bidInput, options()));
    expect(failure).toBeInstanceOf(Refusal);
    expect(failure).toMatchObject({ code: "over-budget", message: "the day is spent" });
  });

  test(`${binding}: any other failure of the callee is Unavailable, with its reason`, async () => {
    const { bus, join } = await rig();
    await join(
      bidder(async () => {
        throw new Error("disk on fire");
      }),
    );
    const failure = await caught(bus.call("bidder", "bid", bidInput, options()));
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.message).toContain("disk on fire");
  });

  test(`${binding}: an input that breaks the schema is -32602 and never reaches the agent`, async () => {
    const { bus, join } = await rig();
    let reached = 0;
    await join(
      bidder(async () => {
        reached += 1;
        return bidsOf("m");
      }),
    );
    const wrong = { ...bidInput, inputTokens: -1 };
    const failure = await caught(bus.call("bidder", "bid", wrong, options()));
    expect(failure).toBeInstanceOf(RpcFailure);
    expect(failure).toMatchObject({ code: codes.invalidParams });
    expect(reached).toBe(0);
    await bus.call("bidder", "bid", bidInput, options());
    expect(reached).toBe(1);
  });

  test(`${binding}: an answer that breaks the schema never reaches the caller`, async () => {
    const { bus, join } = await rig();
    await join(peerOf("bidder", ["bid"], async () => ({ bids: "all of them" })));
    const failure = await caught(bus.call("bidder", "bid", bidInput, options()));
    expect(failure).toBeInstanceOf(Unavailable);
  });

  test(`${binding}: notes of progress arrive in order, cut to 300 characters`, async () => {
    const { bus, join } = await rig();
    await join(
      bidder(async (_input, call) => {
        call.progress("first");
        call.progress("x".repeat(1_000));
        return bidsOf("m");
      }),
    );
    const notes: string[] = [];
    await bus.call("bidder", "bid", bidInput, options({ onProgress: (note) => notes.push(note) }));
    expect(notes).toEqual(["first", "x".repeat(300)]);
  });

  test(`${binding}: the same message is one call with one answer, during and after`, async () => {
    const { bus, join } = await rig();
    let worked = 0;
    const gate = Promise.withResolvers<void>();
    await join(
      bidder(async () => {
        worked += 1;
        await gate.promise;
        return bidsOf(`m-${worked}`);
      }),
    );
    const same = options();
    const during = [1, 2, 3].map(() => bus.call("bidder", "bid", bidInput, same));
    await settled(() => worked > 0);
    gate.resolve();
    expect(await Promise.all(during)).toEqual([bidsOf("m-1"), bidsOf("m-1"), bidsOf("m-1")]);
    expect(await bus.call("bidder", "bid", bidInput, same)).toEqual(bidsOf("m-1"));
    expect(worked).toBe(1);
    expect(await bus.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("m-2"));
  });

  test(`${binding}: a refusal is an answer too: the same message gets it again`, async () => {
    const { bus, join } = await rig();
    let asked = 0;
    await join(
      bidder(async () => {
        asked += 1;
        throw new Refusal("held", `asked ${asked} times`);
      }),
    );
    const same = options();
    for (const _ of [1, 2]) {
      const failure = await caught(bus.call("bidder", "bid", bidInput, same));
      expect(failure).toMatchObject({ code: "held", message: "asked 1 times" });
    }
  });

  test(`${binding}: a call that failed has no answer, and its message may be sent again`, async () => {
    const { bus, join } = await rig();
    let asked = 0;
    await join(
      bidder(async () => {
        asked += 1;
        if (asked === 1) throw new Error("for a moment");
        return bidsOf("m");
      }),
    );
    const same = options();
    await expect(bus.call("bidder", "bid", bidInput, same)).rejects.toBeInstanceOf(Unavailable);
    expect(await bus.call("bidder", "bid", bidInput, same)).toEqual(bidsOf("m"));
  });

  test(`${binding}: the caller's signal cancels the callee`, async () => {
    const { bus, join } = await rig();
    const callee = Promise.withResolvers<void>();
    const started = Promise.withResolvers<void>();
    await join(bidder((_input, call) => endless(call, started.resolve, callee.resolve)));
    const stop = new AbortController();
    const call = bus.call("bidder", "bid", bidInput, options({ signal: stop.signal }));
    await started.promise;
    stop.abort();
    await expect(call).rejects.toBeInstanceOf(Unavailable);
    await callee.promise;
  });

  test(`${binding}: a signal that aborted before the call starts nothing that goes on`, async () => {
    const { bus, join } = await rig();
    const running = new Set<CallContext>();
    await join(
      bidder(async (_input, call) => {
        running.add(call);
        await endless(call, undefined, () => running.delete(call));
        return bidsOf("m");
      }),
    );
    const call = bus.call("bidder", "bid", bidInput, options({ signal: AbortSignal.abort() }));
    await expect(call).rejects.toBeInstanceOf(Unavailable);
    await settled(() => running.size === 0);
  });

  test(`${binding}: when the time is up the caller goes on and the callee is cancelled`, async () => {
    const { bus, join } = await rig();
    const callee = Promise.withResolvers<void>();
    await join(bidder((_input, call) => endless(call, undefined, callee.resolve)));
    const before = performance.now();
    const failure = await caught(bus.call("bidder", "bid", bidInput, options({ timeoutMs: 80 })));
    expect(failure).toBeInstanceOf(Unavailable);
    expect(failure.message).toContain("80 ms");
    expect(performance.now() - before).toBeLessThan(2_000);
    await callee.promise;
  });

  test(`${binding}: nobody of that name is not-found`, async () => {
    const { bus } = await rig();
    const failure = await caught(bus.call("nobody", "bid", bidInput, options()));
    expect(failure).toBeInstanceOf(Refusal);
    expect(failure).toMatchObject({ code: "not-found" });
  });

  test(`${binding}: a skill that the agent does not have is not-found`, async () => {
    const { bus, join } = await rig();
    await join(bidder(async () => bidsOf("m")));
    const call = bus.call("bidder", "propose", proposal, options());
    await expect(call).rejects.toMatchObject({ name: "Refusal", code: "not-found" });
  });

  test(`${binding}: a second agent of the same name is refused`, async () => {
    const { bus } = await rig();
    await bus.join(bidder(async () => bidsOf("first")));
    await expect(bus.join(bidder(async () => bidsOf("second")))).rejects.toBeInstanceOf(Refusal);
    expect(await bus.call("bidder", "bid", bidInput, options())).toEqual(bidsOf("first"));
  });

  test(`${binding}: of a hundred calls at once each gets its own answer`, async () => {
    const { bus, join } = await rig();
    await join(
      bidder(async (input) => {
        await new Promise((resolve) => setTimeout(resolve, input.inputTokens % 7));
        return bidsOf(`m-${input.inputTokens}`);
      }),
    );
    const numbers = Array.from({ length: 100 }, (_, number) => number);
    const answers = await Promise.all(
      numbers.map((inputTokens) =>
        bus.call("bidder", "bid", { ...bidInput, inputTokens }, options()),
      ),
    );
    expect(answers).toEqual(numbers.map((number) => bidsOf(`m-${number}`)));
  });

  test(`${binding}: two megabytes go there and come back`, async () => {
    const { bus, join } = await rig();
    const large = "ä€𝄞x".repeat(400_000);
    await join(peerOf("assessor", ["plan"], async (_skill, input) => failedOf(input)));
    const answer = await bus.call("assessor", "plan", planInput(large), options());
    expect(answer).toMatchObject({ status: "failed", detail: String(large.length) });
  });

  test(`${binding}: what is too large for the wire is refused before it is sent`, async () => {
    const { bus, join } = await rig();
    await join(peerOf("assessor", ["plan"], async (_skill, input) => failedOf(input)));
    const call = bus.call("assessor", "plan", planInput("x".repeat(8_000_000)), options());
    await expect(call).rejects.toMatchObject({ code: codes.invalidParams });
  });

  test(`${binding}: an agent that leaves in the middle of a call is Unavailable`, async () => {
    const { bus, join } = await rig();
    const started = Promise.withResolvers<void>();
    const { leave } = await join(bidder((_input, call) => endless(call, started.resolve)));
    const call = caught(bus.call("bidder", "bid", bidInput, options()));
    await started.promise;
    await leave();
    expect(await call).toBeInstanceOf(Unavailable);
  });

  test(`${binding}: caller and callee share no object`, async () => {
    const { bus, join } = await rig();
    const kept = { context: "", answer: bidsOf("m") };
    await join(
      bidder(async (input) => {
        input.spec.tags.push("changed by the callee");
        return kept.answer;
      }),
    );
    const input = structuredClone(bidInput);
    const same = options();
    const first = await bus.call("bidder", "bid", input, same);
    first.bids.length = 0;
    expect(input).toEqual(bidInput);
    expect(kept.answer).toEqual(bidsOf("m"));
    expect(await bus.call("bidder", "bid", input, same)).toEqual(bidsOf("m"));
  });
}

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

export const taskSpec = {
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

function planInput(large: string): SkillInput<"plan"> {
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

function failedOf(input: unknown): SkillOutput<"plan"> {
  const detail = String(String(Object(input).critique).length);
  return { status: "failed", kind: "crash", detail, spend: null };
}
