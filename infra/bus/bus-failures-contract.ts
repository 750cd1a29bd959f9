import { Refusal, Unavailable } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { expect, test } from "vitest";
import type { Rig } from "./bus-contract.ts";
import {
  bidder,
  bidInput,
  bidsOf,
  caught,
  endless,
  failedOf,
  options,
  peerOf,
  planInput,
  proposal,
} from "./bus-samples.ts";

/** How calls fail, on every binding: refused, broken, cancelled, too late, nobody there. */
export function failuresContract(binding: string, rig: () => Promise<Rig>): void {
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

  test(`${binding}: a signal that aborted before the call asks nobody`, async () => {
    const { bus, join } = await rig();
    let reached = 0;
    await join(
      bidder(async () => {
        reached += 1;
        return bidsOf("m");
      }),
    );
    const call = bus.call("bidder", "bid", bidInput, options({ signal: AbortSignal.abort() }));
    await expect(call).rejects.toBeInstanceOf(Unavailable);
    await bus.call("bidder", "bid", bidInput, options());
    expect(reached).toBe(1);
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
}
