import type { Bus, CallContext, Peer } from "@nightshift/protocol/bus";
import { Refusal } from "@nightshift/protocol/errors";
import { afterEach, expect, test } from "vitest";
import { failuresContract } from "./bus-failures-contract.ts";
import {
  bidder,
  bidInput,
  bidsOf,
  caught,
  failedOf,
  options,
  peerOf,
  planInput,
  proposal,
  settled,
} from "./bus-samples.ts";

/** A bus whose agents live where the binding puts them: here, or behind a socket. */
export type Rig = {
  bus: Bus;
  /** Puts an agent on the bus, from wherever the binding's agents are. */
  join: (peer: Peer) => Promise<{ leave: () => Promise<void> }>;
  close: () => Promise<void>;
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

  failuresContract(binding, rig);

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
    await join(peerOf("teller", ["propose"], async () => ({ task: "t", status: large })));
    const told = await bus.call("teller", "propose", proposal, options());
    expect(told.status).toBe(large);
  });

  test(`${binding}: a key without a value is not sent`, async () => {
    const { bus, join } = await rig();
    const inputs: object[] = [];
    await join(
      bidder(async (input) => {
        inputs.push(input);
        return bidsOf("m");
      }),
    );
    const input = Object.assign(structuredClone(bidInput), { hint: undefined });
    await bus.call("bidder", "bid", input, options());
    expect(inputs).toStrictEqual([bidInput]);
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
