import { tendRequests } from "@nightshift/agents/dispatcher/merging/requests";
import type { House } from "../house.ts";
import { nightForOne } from "../one-merge.ts";
import { openRepositoriesOfLog } from "../repositories.ts";
import { openForges } from "./open-forge.ts";
import { openWorkshop } from "../workshop.ts";

/** Asks every forge what is new, as a night does from time to time, and puts it into the log. */
export async function refreshRequests(house: House): Promise<void> {
  for (const repository of await openRepositoriesOfLog(house)) {
    if (repository.config.forge === undefined) continue;
    const workshop = await openWorkshop(house, [repository], { workers: false });
    try {
      const forges = openForges([repository], process.env, new AbortController().signal);
      await tendRequests(await nightForOne(house, workshop, repository, forges));
    } finally {
      await workshop.close();
    }
  }
  await house.runner.catchUp();
}
