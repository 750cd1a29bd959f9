import type { SkillName } from "@nightshift/protocol/skills";
import { afterAll, beforeAll } from "vitest";
import type { Bus } from "@nightshift/protocol/bus";
import { describeWithNats } from "../../sim/needs-nats.ts";
import { startNats, type NatsServer } from "../../sim/nats-server.ts";
import { busContract, type Rig } from "../bus-contract.ts";
import { settled } from "../bus-samples.ts";
import { createNatsBus } from "./bus.ts";

await describeWithNats("the bus over NATS", () => {
  let server: NatsServer;
  beforeAll(async () => void (server = await startNats()));
  afterAll(() => server.close());

  const house = new Set(["house", "bidder", "assessor", "teller"]);

  busContract("nats", () => rig([]));
  busContract("nats by the work queue", () => rig(["bid", "plan", "propose"]));

  async function rig(work: SkillName[]): Promise<Rig> {
    const open: Bus[] = [];
    const bus = await createNatsBus({ url: server.url, principal: "house", house, work });
    return {
      bus,
      async join(peer) {
        const { name } = peer.card;
        const other = await createNatsBus({ url: server.url, principal: name, house });
        open.push(other);
        await other.join(peer);
        await settled(() => bus.roster().some(({ card }) => card.name === name));
        return { leave: () => other.close() };
      },
      async close() {
        for (const other of open.splice(0)) await other.close();
        await bus.close();
      },
    };
  }
});
