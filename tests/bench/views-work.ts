import { join } from "node:path";
import { historyViews, workingViews } from "@nightshift/infra/every-view";
import { openHouse } from "@nightshift/infra/house";
import { catchUpTables } from "@nightshift/infra/log/views/catch-up";
import { openTables } from "@nightshift/infra/log/views/tables";
import { rebuild } from "@nightshift/projections/replay";

/**
 * One piece of work of the read side, in a process of its own so that its memory is its own: prints
 * how long it took and the most memory that the process ever had. Its house is the environment's.
 */
const work: Record<string, () => Promise<void>> = {
  async start() {
    const house = await openHouse(process.env);
    await house.runner.catchUp();
    tell();
    await house.close();
  },
  async rebuild() {
    const house = await openHouse(process.env);
    await rebuild(house.store, workingViews);
    tell();
    await house.store.close();
  },
  async tables() {
    const house = await openHouse(process.env);
    const db = openTables(join(house.paths.state, "bench-tables.sqlite"));
    await catchUpTables(house.store, db, historyViews);
    tell();
    db.close();
    await house.store.close();
  },
};

const startMs = performance.now();
await work[process.argv[2] ?? ""]?.();

function tell(): void {
  const tookMs = performance.now() - startMs;
  const peakMib = process.resourceUsage().maxRSS / 1_024;
  process.stdout.write(JSON.stringify({ tookMs, peakMib }));
}
