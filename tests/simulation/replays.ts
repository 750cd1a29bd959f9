import { nightViews } from "@nightshift/agents/dispatcher/views";
import { digestOfShift, factsOf, readDigest } from "@nightshift/projections/digest/digest";
import { digestText } from "@nightshift/projections/digest/text";
import { checkLive, rebuild } from "@nightshift/projections/replay";
import { createRunner } from "@nightshift/projections/runner";
import type { SimulatedNight } from "./night.ts";

/** Places of the log at which views that followed it are held against rebuilt ones. */
const PLACES = 5;

/** I1: views that followed the log equal views rebuilt from its beginning, there and at its end. */
export async function replayProblems({ world, last }: SimulatedNight): Promise<string[]> {
  const log = world.store.as("nobody");
  const draws = world.chance.about("places");
  const head = world.store.events.length;
  const places = Array.from({ length: PLACES }, () => draws.between(1, head));
  const follower = createRunner(log, nightViews);
  const problems: string[] = [];
  for (const place of places.sort((a, b) => a - b)) {
    await follower.catchUp({ upTo: BigInt(place) });
    const found = await checkLive(follower, log, nightViews);
    problems.push(...found.map(({ path }) => `I1: at ${place} ${path} differs`));
  }
  await last.views.catchUp();
  const found = await checkLive(last.views, log, nightViews);
  return [...problems, ...found.map(({ path }) => `I1: at the end ${path} differs`)];
}

/** I9: every fact of every night's digest names events, and all of them are in the log. */
export async function digestProblems({ world }: SimulatedNight): Promise<string[]> {
  const log = world.store.as("nobody");
  const known = new Set(world.store.events.map(({ id }) => id));
  const nights = world.store.events.filter(({ event }) => event.type === "shift.started").length;
  const views = Array.from({ length: nights }, (_, at) => digestOfShift(at + 1));
  const runner = await rebuild(log, views);
  return views.flatMap((view) => {
    const digest = readDigest(runner.view(view));
    if (digest === null) return [`I9: no ${view.name}`];
    if (digestText(digest).length === 0) return [`I9: ${view.name} is empty`];
    return factsOf(digest)
      .filter(({ events }) => events.length === 0 || events.some((id) => !known.has(id)))
      .map(
        ({ text, events }) => `I9: "${text}" rests on ${events.length} events that are not there`,
      );
  });
}
