import type { OpenStore } from "@nightshift/blackboard/contract-events";
import type { EventStore } from "@nightshift/blackboard/store";
import { openStore } from "@nightshift/infra/log/open-store";
import { startGateway } from "./gateway-process.ts";

/** A fresh log behind a gateway in another process, by one of the client libraries. */
export async function gatewayStore(scheme: "esdb" | "kurrentdb"): Promise<OpenStore> {
  const gateway = await startGateway();
  gateway.grant("house", "house");
  const opened: EventStore[] = [];
  const open = async () => {
    const store = await openStore(gateway.where(scheme, "house"));
    opened.push(store);
    return store;
  };
  const store = await open();
  return {
    store,
    async reopen() {
      await store.close();
      return open();
    },
    another: open,
    async close() {
      await Promise.all(opened.map((one) => one.close()));
      await gateway.stop();
    },
  };
}
