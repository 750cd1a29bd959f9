import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { readJournal } from "./copilot-journal.ts";

async function journal(...events: object[]) {
  const home = await mkdtemp(join(tmpdir(), "journal-"));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const folder = join(home, ".copilot/session-state/1");
  await mkdir(folder, { recursive: true });
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  await writeFile(join(folder, "events.jsonl"), `${lines}half a li`);
  return { home, folder };
}

const error = (statusCode: number) => ({ type: "session.error", data: { statusCode } });

test("a limit and a refused key are known by the status that was written down", async () => {
  const limit = await journal(error(429));
  expect(await readJournal(limit.home)).toEqual({ failure: { kind: "limit", resetsAtMs: null } });
  const refused = await journal(error(401));
  expect(await readJournal(refused.home)).toEqual({ failure: { kind: "sign-in" } });
});

test("an answer that was cut off is known by its reason", async () => {
  const usage = (finishReason: string) => ({
    type: "session.usage_record",
    data: { usage: { finishReason } },
  });
  expect(await readJournal((await journal(usage("length"))).home)).toEqual({ end: "truncated" });
  expect(await readJournal((await journal(usage("stop"))).home)).toEqual({});
});

test("no journal, a broken one, and a link that a worker laid there tell nothing", async () => {
  expect(await readJournal("/nobody")).toEqual({});
  const { home, folder } = await journal({ type: 3 });
  await symlink("/etc/passwd", join(folder, "z.jsonl"));
  expect(await readJournal(home)).toEqual({});
});
