import {
  digest as latest,
  digestOfShift,
  readDigest,
  type Digest,
} from "@nightshift/projections/digest/digest";
import { digestLines } from "@nightshift/projections/digest/terminal";
import { digestText } from "@nightshift/projections/digest/text";
import { progressText } from "@nightshift/projections/progress";
import { repos } from "@nightshift/projections/repos";
import { createRunner } from "@nightshift/projections/runner";
import { BadInput } from "@nightshift/protocol/errors";
import { everyTask } from "../history.ts";
import type { House } from "../house.ts";
import { keptRunner } from "../kept-views.ts";
import { session } from "./session.ts";
import { print, printJson, tell } from "./terminal.ts";

type Options = {
  shift?: number;
  markdown?: boolean;
  progress?: boolean;
  events?: boolean;
  json?: boolean;
};

/** `nightshift digest`: what a night came to, decisions first. */
export function digestVerb({ shift, markdown, progress, events, json }: Options) {
  return session(async (house) => {
    if (progress) {
      const texts = await progressTexts(house);
      if (json) printJson(texts);
      else if (texts.size === 0)
        tell("plain", "No repository is known yet: nightshift add, or nightshift run");
      else process.stdout.write([...texts.values()].join("\n"));
      return;
    }
    const digest = await digestOf(house, shift ?? null);
    if (digest === null) {
      const what = shift === undefined ? "no night has run yet" : `there was no night ${shift}`;
      throw new BadInput(
        what,
        "digest",
        shift === undefined ? "nightshift run" : "nightshift digest",
      );
    }
    if (json) printJson(digest);
    else if (markdown) process.stdout.write(digestText(digest));
    else printDigest(digest, events ?? false);
  });
}

/** The digest of a night, of the latest where no number is given; null where there is none. */
export async function digestOf(house: House, shift: number | null): Promise<Digest | null> {
  const projection = shift === null ? latest : digestOfShift(shift);
  const projections = [projection];
  const runner =
    shift === null ? keptRunner(house, projections) : createRunner(house.store, projections);
  await runner.catchUp();
  await runner.close();
  return readDigest(runner.view(projection));
}

/** PROGRESS.md of every repository, by its name (A11). */
export async function progressTexts(house: House): Promise<Map<string, string>> {
  const tasks = await everyTask(house);
  await house.runner.catchUp();
  const known = house.runner.view(repos);
  return new Map([...known].map(([id, { name }]) => [name, progressText(tasks, id)]));
}

/**
 * For a terminal. The list of events at the foot is longer than all before it and would scroll the
 * decisions away, so it is printed only where asked for.
 */
export function printDigest(digest: Digest, withEvents: boolean): void {
  const lines = digestLines(digest);
  const foot = lines.findLastIndex(({ tone, text }) => tone === "title" && text === "Events");
  print(withEvents || foot === -1 ? lines : lines.slice(0, foot));
  if (!withEvents) {
    print([{ tone: "quiet", text: "The events behind each line: nightshift digest --events" }]);
  }
}
