import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLog } from "@nightshift/infra/log/sqlite/store";
import { verifyLog } from "@nightshift/infra/log/sqlite/verify";
import { expect, onTestFinished, test } from "vitest";
import { killAround, SHARED_EVERY, Stubborn } from "./fleet.ts";

/** `LOG_FOLLOW_EVENTS=100000` is the whole property; the suite runs a smaller one. */
const EVENTS = Number(process.env["LOG_FOLLOW_EVENTS"] ?? 10_000);
const WRITERS = ["a", "b", "c", "d"];
const FOLLOWERS = ["first", "second"];
/** Milliseconds between two kills, about. */
const PAUSE_MS = 700;
const TEST_MS = 60_000 + EVENTS * 10;

test(
  "every follower sees every event once and in order, whoever is killed meanwhile (I10)",
  { timeout: TEST_MS },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "nightshift-follow-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const path = join(folder, "log.sqlite");
    const file = (name: string) => join(folder, `${name}.txt`);
    const own = Math.floor(EVENTS / WRITERS.length / (1 + 1 / SHARED_EVERY));
    const total = WRITERS.length * (own + Math.ceil(own / SHARED_EVERY));
    const writers = WRITERS.map(
      (name) => new Stubborn("writer.ts", [path, name, String(own), file(name)]),
    );
    const followers = FOLLOWERS.map(
      (name) => new Stubborn("follower.ts", [path, String(total), file(name)]),
    );
    const all = [...writers, ...followers];
    onTestFinished(() => all.forEach((one) => one.stop()));
    const killing = killAround(all, all, PAUSE_MS);
    await Promise.all([...all.map((one) => one.run()), killing]);

    const store = await openLog(path);
    const log = await Array.fromAsync(store.readAll());
    await store.close();
    const lines = log.map(({ position, id }) => `${position} ${id}`);
    expect(log.map(({ position }) => position)).toEqual(log.map((_, n) => BigInt(n + 1)));
    expect(new Set(log.map(({ id }) => id)).size).toBe(total);
    for (const name of FOLLOWERS) {
      const seen = readFileSync(file(name), "utf8").split("\n").filter(Boolean);
      expect(seen.length, name).toBe(total);
      // Told by the first line that differs, not by a hundred thousand of them.
      expect(seen.findIndex((line, n) => line !== lines[n])).toBe(-1);
    }
    const kept = new Set(log.map(({ id }) => id));
    for (const name of WRITERS) {
      const acknowledged = readFileSync(file(name), "utf8").split("\n").slice(0, -1);
      expect(acknowledged.filter((id) => !kept.has(id))).toEqual([]);
    }
    expect(await verifyLog(path)).toMatchObject({ ok: true, events: total });
    expect(all.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThan(0);
  },
);
