import { digest, readDigest } from "@nightshift/projections/digest/digest";
import { wholeNight } from "@nightshift/projections/whole-night";
import { viewOf, writeLog } from "@nightshift/projections/written-log";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const TEST_MS = 60_000;
const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

test(
  "every command that a digest offers is one that the program takes",
  { timeout: TEST_MS },
  async () => {
    const made = readDigest(viewOf(digest, writeLog(wholeNight)));
    const facts = (made?.sections ?? []).flatMap(({ facts: some }) => some);
    const offered = [...facts, ...(made?.decisions ?? [])].flatMap(({ command }) => command ?? []);
    // One of each verb: what differs is the id alone.
    const byVerb = new Map(offered.map((command) => [command.split(" ")[1], command]));
    expect(byVerb.size).toBeGreaterThanOrEqual(6);
    const who = await openDirector();
    open.push(who);
    await writeHistory(who, wholeNight);
    for (const command of byVerb.values()) {
      const words = command.replaceAll('"', "").split(" ").slice(1);
      const { stderr } = await who.nightshift(words);
      expect(stderr, command).not.toMatch(/unknown (command|option)|too many arguments|required/);
    }
  },
);
