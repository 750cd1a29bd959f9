import { bidInput, caught, options, planInput, settled } from "@nightshift/infra/bus/bus-samples";
import { createNatsBus, type NatsBus, type NatsBusOptions } from "@nightshift/infra/bus/nats/bus";
import { describeWithNats } from "@nightshift/infra/sim/needs-nats";
import { startNats, type NatsServer } from "@nightshift/infra/sim/nats-server";
import { Lost } from "@nightshift/protocol/errors";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CALLER, CHAOS_PACE, HOUSE, WORKER } from "./cast.ts";
import { proposalOf } from "./proposals.ts";
import { startWorkers, type Workers } from "./workers.ts";

await describeWithNats("processes that are lost", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await startNats()));
  afterAll(() => server.close());

  async function rig(
    workers: number,
    more: Partial<NatsBusOptions> = {},
  ): Promise<{ bus: NatsBus; crew: Workers }> {
    const crew = startWorkers(server.url, workers);
    onTestFinished(() => crew.close());
    const at = { url: server.url, principal: CALLER, house: HOUSE, ...CHAOS_PACE };
    const bus = await createNatsBus({ ...at, ...more });
    onTestFinished(() => bus.close());
    await settled(() => bus.roster().some(({ card }) => card.name === WORKER));
    return { bus, crew };
  }

  test("a question whose process is killed is put to the one that follows it", async () => {
    const { bus, crew } = await rig(1);
    const [first] = crew.pids();
    const heard = Promise.withResolvers<void>();
    const asked = bus.call(WORKER, "bid", bidInput, options({ onProgress: () => heard.resolve() }));
    await heard.promise;
    crew.signal(0, "SIGKILL");
    const { bids } = await asked;
    expect(bids[0]?.model).not.toBe(first);
    expect(crew.pids()).toContain(bids[0]?.model);
  });

  test.each([
    ["by request and reply", []],
    ["by the work queue", ["plan" as const]],
  ])("work that costs money is lost with its process, %s, and not begun again", async (_, work) => {
    const { bus, crew } = await rig(1, { work });
    const heard = Promise.withResolvers<void>();
    const asked = caught(
      bus.call(WORKER, "plan", planInput("x"), options({ onProgress: () => heard.resolve() })),
    );
    await heard.promise;
    crew.signal(0, "SIGKILL");
    expect(await asked).toBeInstanceOf(Lost);
    // Once the next process is there, the same may be asked of it.
    const again = await bus.call(WORKER, "plan", planInput("x"), options());
    expect(crew.pids()).toContain("detail" in again ? again.detail : "");
  });

  test.each([
    ["that costs money is lost", "plan" as const],
    ["that does not goes on at another", "propose" as const],
  ])("work %s when its process is told to go", async (_, skill) => {
    const { bus, crew } = await rig(1, { work: ["plan", "propose"] });
    const names = Array.from({ length: 6 }, (_one, number) => `G-${number}`);
    const heard = Promise.withResolvers<void>();
    const onProgress = () => heard.resolve();
    const asked = names.map((name) =>
      skill === "plan"
        ? bus.call(WORKER, "plan", planInput(name), options({ onProgress }))
        : bus.call(WORKER, "propose", proposalOf(name), options({ onProgress })),
    );
    const ended = Promise.allSettled(asked);
    await heard.promise;
    crew.signal(0, "SIGTERM");
    const outcomes = await ended;
    const failures = outcomes.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    if (skill === "propose") expect(failures).toEqual([]);
    for (const failure of failures) expect(failure).toBeInstanceOf(Lost);
    if (skill === "plan") expect(failures.length).toBeGreaterThan(0);
  });

  test("a broker that dies in the middle of a question costs time, and no second answer", async () => {
    const { bus, crew } = await rig(1);
    const heard = Promise.withResolvers<void>();
    const notes: string[] = [];
    const onProgress = (note: string) => {
      notes.push(note);
      heard.resolve();
    };
    const asked = bus.call(WORKER, "bid", bidInput, options({ onProgress }));
    await heard.promise;
    await server.kill("SIGKILL");
    await server.start();
    const { bids } = await asked;
    expect(crew.pids()).toEqual([bids[0]?.model]);
    expect(notes).toEqual(["thinks about it"]);
    expect(bus.roster().map(({ card }) => card.name)).toEqual([WORKER]);
  });

  test("several processes of one name share what is asked of it, and are one agent", async () => {
    const { bus, crew } = await rig(3, { work: ["propose"] });
    const names = Array.from({ length: 60 }, (_, number) => `T-${number}`);
    const answers = await Promise.all(
      names.map((name) => bus.call(WORKER, "propose", proposalOf(name), options())),
    );
    expect(answers.map(({ task }) => task)).toEqual(names);
    const shares = new Set(answers.map(({ status }) => status));
    expect(shares.size).toBeGreaterThan(1);
    for (const share of shares) expect(crew.pids()).toContain(share);
    expect(bus.roster()).toHaveLength(1);
  });

  test("an agent whose process is gone is expected back for a while, then is not here", async () => {
    const pace = { ...CHAOS_PACE.pace, lostMs: 500, awayMs: 1_500 };
    const { bus, crew } = await rig(1, { pace });
    await crew.close();
    await settled(() => bus.roster().length === 0);
    const failure = await caught(bus.call(WORKER, "bid", bidInput, options()));
    expect(failure).toMatchObject({ code: "not-found" });
  });
});
