import { randomUUID } from "node:crypto";
import type { OpenStore } from "@nightshift/blackboard/contract-events";
import { storeContract } from "@nightshift/blackboard/store-contract";
import type { EventStore } from "@nightshift/blackboard/store";
import { openStore } from "@nightshift/infra/log/open-store";
import { describe } from "vitest";

/**
 * The contract on a real server, where KURRENTDB_URL names one (a connection string, credentials and
 * all). It may hold other events: each test has a space of its own on it. An event of one megabyte
 * is appended, so the server must be started with `--max-append-size=2097152` or more.
 */
export function realServerContract(scheme: "esdb" | "kurrentdb"): void {
  const url = process.env["KURRENTDB_URL"];
  describe.runIf(url)("on a real server (KURRENTDB_URL)", () => {
    const address = (url ?? "").replace(/^[a-z]+(\+discover)?:/, `${scheme}$1:`);
    storeContract(`${scheme} on a real server`, () => spaceOn(address));
  });
}

async function spaceOn(address: string): Promise<OpenStore> {
  const where = `${address}#t${randomUUID().slice(0, 13)}`;
  const opened: EventStore[] = [];
  const open = async () => {
    const store = await openStore(where);
    opened.push(store);
    return store;
  };
  const store = await open();
  return {
    store,
    idsUniqueIn: "stream",
    another: open,
    async reopen() {
      await store.close();
      return open();
    },
    async close() {
      await Promise.all(opened.map((one) => one.close()));
    },
  };
}
