import type { Random } from "@nightshift/agents/ports";
import type { Deed, LandscapeTask, Observed } from "../landscape.ts";

/** A way to decide what each task is done with, that may learn from what came of it. */
export type Contender = {
  name: string;
  choose(task: LandscapeTask, random: Random): Deed;
  learn(task: LandscapeTask, deed: Deed, observed: Observed): void;
  endDay(day: number, random: Random): void;
};

/** Makes a contender that knows nothing of any landscape yet. */
export type ContenderMaker = () => Contender;
