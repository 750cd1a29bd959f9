import { randomUUID } from "node:crypto";
import { memoryStore } from "@nightshift/blackboard/memory-store";
import { memoryBlobs } from "../../../sim/memory-blobs.ts";
import { busContract } from "../../bus-contract.ts";
import { createHub } from "../../hub.ts";
import { createCallLog } from "./call-log.ts";

// What every binding promises holds as well where every call is served from the log.
busContract("kept in the log", async () => {
  const log = createCallLog({
    store: memoryStore(),
    blobs: memoryBlobs(),
    clock: Date,
    newId: randomUUID,
    actor: "hub",
    server: "here",
    fate: async () => "alive",
  });
  const bus = await createHub({
    principal: "house",
    tokens: () => new Map(),
    keeping: { log, keeps: () => true },
  });
  return {
    bus,
    async join(peer) {
      await bus.join(peer);
      return { leave: () => bus.leave(peer.card.name) };
    },
    async close() {
      await bus.close();
      await log.close();
    },
  };
});
