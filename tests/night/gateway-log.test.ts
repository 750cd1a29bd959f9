import { verifyLog } from "@nightshift/infra/log/sqlite/verify";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { play, type Played } from "./played.ts";

const NIGHT_WALL_MS = 400_000;
/**
 * What the host of a night may use of memory: the project's 250 MB, and what an official client
 * with its gRPC adds. Between 238 and 262 MB were seen, the more the busier the machine.
 */
const PEAK_BYTES_MAX = 300_000_000;

describe.each(["esdb", "kurrentdb"] as const)("a night whose log is at %s://", (log) => {
  const night: Partial<Played> = {};
  beforeAll(async () => void Object.assign(night, await play(1, log)), NIGHT_WALL_MS);
  afterAll(() => night.rehearsal?.close());

  function played(): Pick<Played, "rehearsal" | "state" | "added" | "ran" | "events"> {
    const { rehearsal, state, added, ran, events } = night;
    if (!rehearsal || !state || !added || !ran || !events) {
      throw new Error("the night was not played");
    }
    return { rehearsal, state, added, ran, events };
  }

  test("every row comes out as with a file, by git and the raw log alone", async () => {
    const { rehearsal, added, ran } = played();
    expect({ added: added.code, ran: ran.code }, ran.stderr).toEqual({ added: 0, ran: 0 });
    const Row = z.object({ row: z.int(), happened: z.string(), ok: z.boolean() });
    const rows = z.array(Row).parse((await rehearsal.check()).rows);
    expect(rows).toHaveLength(16);
    expect(rows.filter(({ ok }) => !ok)).toEqual([]);
  });

  test("what lives equals what is rebuilt, and both ends see the log as it was written", async () => {
    const { rehearsal, state, events } = played();
    const replayed = await rehearsal.nightshift(["replay", "--check"]);
    expect(replayed.code, replayed.stderr).toBe(0);
    const verified = await rehearsal.nightshift(["log", "verify", "--json"]);
    expect(verified.code, verified.stderr).toBe(0);
    const { ok, streams, broken, rootsChecked } = await verifyLog(join(state, "log.sqlite"));
    expect({ ok, broken, rootsChecked }).toEqual({ ok: true, broken: [], rootsChecked: 1 });
    const seen = JSON.parse(verified.stdout);
    expect(seen).toMatchObject({ ok, streams, broken, rootsChecked, events: events.length });
  });

  test("the director's commands read the log where it is", async () => {
    const { rehearsal } = played();
    for (const args of [
      ["status", "--json"],
      ["digest", "--json"],
      ["backlog", "--json"],
    ]) {
      const { code, stdout, stderr } = await rehearsal.nightshift(args);
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toBeTruthy();
    }
  });

  test("the host keeps to its memory, and shows nobody the password", async () => {
    const { rehearsal, ran, added } = played();
    if (ran.peakBytes !== null) expect(ran.peakBytes).toBeLessThan(PEAK_BYTES_MAX);
    const where = rehearsal.gateway?.where ?? "";
    const [, password = ""] = /:\/\/house:([^@]+)@/.exec(where) ?? [];
    expect(password.length).toBeGreaterThan(40);
    const told = [added, ran].flatMap(({ stdout, stderr }) => [stdout, stderr]).join("\n");
    expect(told).not.toContain(password);
  });
});
