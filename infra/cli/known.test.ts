import { wholeNight } from "@nightshift/projections/whole-night";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

const Rows = z.array(
  z.object({
    module: z.string(),
    learned: z.array(z.object({ kind: z.string(), text: z.string(), event: z.string() })),
  }),
);

test("what was learned of a folder is told with the event behind it (B24)", async () => {
  const who = await openDirector();
  open.push(who);
  expect((await who.nightshift(["known"])).stderr).toContain("Nothing was learned yet.");
  await writeHistory(who, wholeNight);
  const { stdout } = await who.nightshift(["known", "--json"]);
  const rows = Rows.parse(JSON.parse(stdout));
  const row = rows.find(({ learned }) => learned.length > 0);
  if (!row) throw new Error("nothing was learned in a whole night");
  const [learned] = row.learned;
  const shown = await who.nightshift(["known", row.module]);
  expect(shown.stdout).toContain(learned?.event ?? "no event");
  const { stdout: events } = await who.nightshift(["log", "export"]);
  expect(events).toContain(learned?.event ?? "no event");
  const elsewhere = await who.nightshift(["known", "no/such/folder"]);
  expect(elsewhere.stdout).toBe("");
  expect(elsewhere.stderr).toContain("Nothing was learned of no/such/folder yet.");
});
