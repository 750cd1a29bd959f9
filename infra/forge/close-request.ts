import type { House } from "../house.ts";
import { openRepository } from "../repositories.ts";
import { openForge } from "./open-forge.ts";

/** Tells a request at a forge why it is turned down, and closes it; one that is closed stays so. */
export async function closeRequest(
  house: House,
  { repo, number, why }: { repo: string; number: number; why: string },
): Promise<void> {
  const { state } = await house.board("director").load("repo", repo);
  if (state.status === "absent") return;
  const { plan, config } = await openRepository(state.path, { clean: false, byDirector: true });
  if (config.forge === undefined) return;
  const forge = openForge(plan.path, config.forge, process.env);
  if ((await forge.look(number)).state !== "open") return;
  await forge.say(number, `Turned down: ${why}`);
  await forge.close(number);
}
