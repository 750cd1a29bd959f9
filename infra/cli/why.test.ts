import type { Entry } from "@nightshift/projections/written-log";
import { begun, proposed } from "@nightshift/projections/example-night";
import { taskIdOf } from "@nightshift/protocol/ids";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

/** A line of the director's, then one that an attempt brought by a merge, then a later merge. */
async function merged(): Promise<Director> {
  const who = await openDirector({ "index.js": "export const one = 1;\n" });
  open.push(who);
  await who.git("switch", "--quiet", "--create", "nightshift/main");
  const old = await who.git("rev-parse", "HEAD");
  for (const name of ["FIX-1", "FIX-2"]) {
    await who.git("switch", "--quiet", "--create", `nightshift/${name}`);
    who.write(
      "index.js",
      `${who.read("index.js")}export const ${name.toLowerCase().replace("-", "")} = 0;\n`,
    );
    await who.git("commit", "--quiet", "--all", "--message", name);
    await who.git("switch", "--quiet", "nightshift/main");
    await who.git("merge", "--quiet", "--no-ff", "--message", name, `nightshift/${name}`);
  }
  await who.git("switch", "--quiet", "main");
  const [second = "", first = ""] = (
    await who.git("rev-list", "--first-parent", "--max-count=2", "nightshift/main")
  ).split("\n");
  await writeHistory(who, [...merge("FIX-1", old, first), ...merge("FIX-2", first, second)]);
  return who;
}

const idOfTask = (name: string) => taskIdOf("lib-1", name);

function merge(name: string, old: string, next: string): Entry[] {
  const task = idOfTask(name);
  return [
    ...proposed(task, { name, title: `Title of ${name}` }),
    ...begun(task),
    [
      "repo-lib-1",
      { type: "repo.merged", attempt: `${task}-g1`, target: "nightshift/main", old, new: next },
    ],
  ];
}

test("a merged line leads to the attempt that brought it, not to a later one", async () => {
  const who = await merged();
  const first = await who.nightshift(["why", "index.js:2"]);
  expect(first.stdout).toContain("Title of FIX-1");
  expect(first.stdout).toContain(`attempt ${idOfTask("FIX-1")}-g1`);
  expect(first.code).toBe(0);
  expect((await who.nightshift(["why", "./index.js:3"])).stdout).toContain("Title of FIX-2");
});

test("a line of the director's own is no one else's, and a line that is not there is named", async () => {
  const who = await merged();
  const own = await who.nightshift(["why", "index.js:1"]);
  expect(own.stderr).toContain("index.js:1 was not brought by Night Shift");
  expect(own.code).toBe(1);
  const none = await who.nightshift(["why", "index.js:99"]);
  expect(none.stderr).toContain("index.js:99: no such line on nightshift/main");
  expect((await who.nightshift(["why", "no-such-task"])).stderr).toContain(
    "no-such-task: there is no such task",
  );
});
