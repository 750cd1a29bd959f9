import { expect, onTestFinished, test } from "vitest";
import type { ForeignClient, Handed } from "./foreign-client.ts";
import { startGateway } from "./gateway-process.ts";
import { until } from "./workers.ts";

const EVENTS = 600;
const KILLS = 3;
const CHECKPOINT_EVENTS = 20;
const HELD = 10;

/** Holds groups to what they were answered, whatever becomes of the gateway. */
export function groupsKillSuite(
  scheme: "esdb" | "kurrentdb",
  connect: (where: string) => ForeignClient,
): void {
  test(`${scheme}: kill -9 of the gateway loses no event of a group, and little of what was answered`, async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    gateway.grant("shop", "lodger", "order-");
    let client = connect(gateway.where(scheme, "shop"));
    const stream = "order-many";
    const numbers = Array.from({ length: EVENTS }, (_, n) => n);
    await client.append(
      stream,
      numbers.map((n) => ({ type: "order.placed", data: { n } })),
    );
    await client.createGroup(stream, "g", {
      startFrom: "start",
      checkPointAfter: 60_000,
      checkPointLowerBound: 1,
      checkPointUpperBound: CHECKPOINT_EVENTS,
    });
    const answered = new Map<number, number>();
    for (let life = 0; life <= KILLS; life += 1) {
      const before = answered.size;
      const enough = life === KILLS ? EVENTS : before + 120;
      const worker = client.work(stream, "g", HELD);
      // It breaks when the gateway is killed, and that is what is tried.
      worker.source.on("error", () => {});
      worker.source.on("data", (handed: Handed) => {
        const n = Number(Object(handed.event?.data)["n"]);
        worker.ack(handed).then(
          () => answered.set(n, (answered.get(n) ?? 0) + 1),
          () => {},
        );
      });
      await until(() => answered.size >= enough);
      if (life === KILLS) break;
      await gateway.kill();
      await gateway.restart();
      await client.dispose();
      client = connect(gateway.where(scheme, "shop"));
    }
    expect([...answered.keys()].sort((a, b) => a - b)).toEqual(numbers);
    const again = [...answered.values()].reduce((sum, times) => sum + times - 1, 0);
    // Since the last checkpoint, and what was on its way between client and gateway.
    expect(again).toBeLessThanOrEqual(KILLS * (CHECKPOINT_EVENTS + 4 * HELD));
    await client.dispose();
  }, 120_000);

  test(`${scheme}: a gateway that ends in good order goes on exactly where it was`, async () => {
    const gateway = await startGateway();
    onTestFinished(() => gateway.stop());
    gateway.grant("shop", "lodger", "order-");
    const handed: number[] = [];
    const hand = async (client: ForeignClient, upTo: number) => {
      const worker = client.work("order-some", "g", 1);
      worker.source.on("error", () => {});
      worker.source.on("data", (one: Handed) => {
        handed.push(Number(Object(one.event?.data)["n"]));
        if (Object(one.event?.data)["n"] === "set aside") return void worker.nack("park", one);
        worker.ack(one).catch(() => {});
      });
      await until(() => handed.length === upTo);
      // Its answer is there when nothing is in flight any more.
      await until(
        async () => (await client.groupInfo("order-some", "g")).stats.totalInFlightMessages === 0,
      );
    };
    const event = (n: unknown) => ({ type: "order.placed", data: { n } });
    const first = connect(gateway.where(scheme, "shop"));
    await first.append("order-some", [event(0), event("set aside"), event(2)]);
    await first.createGroup("order-some", "g", { startFrom: "start" });
    await hand(first, 3);
    await first.dispose();
    await gateway.end();
    await gateway.restart();
    const second = connect(gateway.where(scheme, "shop"));
    await second.append("order-some", [event(3)]);
    expect((await second.groupInfo("order-some", "g")).stats.parkedMessageCount).toBe(1n);
    await hand(second, 4);
    expect(handed).toEqual([0, Number.NaN, 2, 3]);
    await second.dispose();
  }, 60_000);
}
