import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@nightshift/blackboard/store-contract";
import { openLog } from "./store.ts";

/** Who writes: the test's own thread, or another one from the first append on. */
const writers = {
  "the SQLite store": { writer: "inline" },
  "the SQLite store with a writing thread": { writer: "thread", crowd: 0 },
  "the SQLite store whose indexes follow at once": { writer: "inline", settleEvents: 1 },
} as const;

for (const [name, writer] of Object.entries(writers)) {
  storeContract(name, async () => {
    const folder = await mkdtemp(join(tmpdir(), "nightshift-log-"));
    const path = join(folder, "state", "log.sqlite");
    let store = await openLog(path, writer);
    return {
      store,
      reopen: async () => {
        await store.close();
        store = await openLog(path, writer);
        return store;
      },
      another: () => openLog(path, writer),
      close: async () => {
        await store.close();
        await rm(folder, { recursive: true });
      },
    };
  });
}
