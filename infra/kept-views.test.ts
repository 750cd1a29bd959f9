import { join } from "node:path";
import { accounts } from "@nightshift/projections/accounts";
import type { LogReader } from "@nightshift/projections/log-reader";
import { expect, test } from "vitest";
import { keptRunner } from "./kept-views.ts";
import { AMPLE_MS, pending } from "./log/test-events.ts";
import { testFolder, testLog } from "./log/test-log.ts";

test("the next process goes on where the last one kept its views", async () => {
  const { store } = await testLog();
  const paths = { snapshots: join(await testFolder(), "snapshots.sqlite") };
  const known = { name: "claude", provider: "anthropic", kind: "subscription" } as const;
  const events = Array.from({ length: 300 }, (_, n) =>
    pending(n, { type: "account.window-observed", window: `w${n}`, usedPercent: 1, resetsAtMs: n }),
  );
  const registered = pending(999, { type: "account.registered", ...known });
  await store.append("account-claude", [registered, ...events], {
    revision: 0,
    timeoutMs: AMPLE_MS,
  });
  const asked: bigint[] = [];
  const source: LogReader = {
    head: () => store.head(),
    read: (stream, options) => store.read(stream, options),
    readAll(options) {
      asked.push(options.after);
      return store.readAll(options);
    },
  };
  const lives = async () => {
    const runner = keptRunner({ store: source, paths }, [accounts]);
    await runner.catchUp();
    await runner.close();
    return runner.view(accounts).get("claude")?.usage.windows.size;
  };
  expect(await lives()).toBe(300);
  expect(await lives()).toBe(300);
  const more = pending(2_000, {
    type: "account.window-observed",
    window: "x",
    usedPercent: 1,
    resetsAtMs: 1,
  });
  await store.append("account-claude", [more], { revision: 301, timeoutMs: AMPLE_MS });
  expect(await lives()).toBe(301);
  expect(asked).toEqual([0n, 301n]);
});
