import { wholeNight } from "@nightshift/projections/whole-night";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "./fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function director(): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  return made;
}

const lines = (text: string) => text.trim().split("\n");

test("what another process writes is shown as it comes, and Ctrl-C ends it well", async () => {
  const who = await director();
  await who.nightshift(["add", "First", "--name", "ONE", "--success", "true"]);
  const watching = who.start(["watch"]);
  await watching.said("Watching");
  await who.nightshift([
    "add",
    "Second \u001b[2J\u202ething",
    "--name",
    "TWO",
    "--success",
    "true",
  ]);
  await who.nightshift(["direct", "bugfix", "Be brief."]);
  await watching.saidOnStdout("Be brief.");
  watching.signal("SIGINT");
  const { code, stdout } = await watching.answer;
  expect(code).toBe(0);
  expect(stdout).toMatch(/^\d\d:\d\d:\d\d {2}director {7}TWO: added: Second thing$/m);
  expect(stdout).not.toContain("First");
  for (const command of ["\u001b", "\u202e"]) expect(stdout).not.toContain(command);
});

test("the night is told from where one wants, by type, stream and task", async () => {
  const who = await director();
  await writeHistory(who, wholeNight);
  const watch = async (...more: string[]) =>
    lines((await who.nightshift(["watch", "--once", "--since", "0", ...more])).stdout);
  expect(
    (await watch("--type", "attempt.failed", "--json")).map((line) => JSON.parse(line).type),
  ).toEqual(expect.arrayContaining(["attempt.failed"]));
  const ofTask = (await watch("--task", "good", "--json")).map((line) => JSON.parse(line));
  expect(ofTask.length).toBeGreaterThan(5);
  expect(new Set(ofTask.map(({ correlation }) => correlation))).toEqual(new Set(["good"]));
  const merged = await watch("--stream", "repo-*", "--type", "repo.merged", "--json");
  expect(merged.map((line) => JSON.parse(line).data.attempt)).toEqual([
    "good-g1",
    "again-g2",
    "limited-g2",
  ]);
  const [first] = await watch("--since", "shift 1 start");
  expect(first).toMatch(/night: night 1 begins$/);
});

test("as JSON each event is one line, with its data as the log has it", async () => {
  const who = await director();
  await writeHistory(who, wholeNight);
  const { stdout } = await who.nightshift(["watch", "--once", "--since", "1", "--json"]);
  const watched = lines(stdout).map((line) => JSON.parse(line));
  const exported = lines((await who.nightshift(["log", "export"])).stdout).map((line) => {
    const { hash: _, version: __, ...event } = JSON.parse(line);
    return event;
  });
  expect(watched).toEqual(exported);
});
