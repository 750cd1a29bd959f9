import { compare } from "@nightshift/projections/replay";
import { checkEvent, eventTypes, SCHEMA_VERSION } from "@nightshift/protocol/events";
import { expect, test } from "vitest";
import { goldenLog, goldenVersions } from "./golden-log.ts";
import { viewsOf, writtenViews } from "./golden-views.ts";
import { schemasNow, writtenSchemas } from "./schemas.ts";

const versions = goldenVersions();

test("of every version that was ever written there is a log", () => {
  expect(versions).toEqual(Array.from({ length: SCHEMA_VERSION }, (_, n) => n + 1));
});

test.each(versions)("a log of version %i reads as events of today", (version) => {
  const log = goldenLog(version);
  expect(log.length).toBeGreaterThan(500);
  for (const { stream, event } of log) expect(checkEvent(stream, event)).toEqual(event);
});

test.each(versions)("a log of version %i gives the views it always gave", async (version) => {
  const now = await viewsOf(goldenLog(version));
  const written = writtenViews(version);
  expect([...now.keys()]).toEqual([...written.keys()]);
  for (const [name, line] of now) {
    const before = written.get(name) ?? "{}";
    // A fold that was meant to change has another version: node tests/golden/write.ts
    const parted = before === line ? [] : compare(JSON.parse(before), JSON.parse(line), name);
    expect(parted, name).toEqual([]);
    expect(line).toBe(before);
  }
});

test("each type of event is in a golden log: a new one needs a line there", () => {
  const seen = new Set(
    versions.flatMap((version) => goldenLog(version).map(({ event }) => event.type)),
  );
  expect([...eventTypes].filter((type) => !new Set<string>(seen).has(type))).toEqual([]);
});

test("a schema that was written never changes: what differs is a new version with a step to it", () => {
  const { [SCHEMA_VERSION]: written } = writtenSchemas();
  expect(schemasNow()).toEqual(written);
});
