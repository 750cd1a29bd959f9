import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { storeContract } from "@nightshift/blackboard/store-contract";
import { openLog } from "./store.ts";

storeContract("the SQLite store", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nightshift-log-"));
  const path = join(folder, "state", "log.sqlite");
  let store = await openLog(path);
  return {
    store,
    reopen: async () => {
      await store.close();
      store = await openLog(path);
      return store;
    },
    another: () => openLog(path),
    close: async () => {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
});
