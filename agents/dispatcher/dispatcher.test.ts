import { defaultSettings } from "@nightshift/protocol/settings";
import { expect, test } from "vitest";
import { taskSpec } from "../testing/fixtures.ts";
import { memoryNight } from "../testing/memory-night.ts";
import { dispatcher } from "./dispatcher.ts";
import { lead } from "./shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

/** Proposes tasks by name as someone, to a dispatcher that hears two of a guest in a night. */
async function proposing() {
  const settings = { ...defaultSettings, guestProposalsMax: 2 };
  const night = await memoryNight({ plan: { settings } });
  const led = await lead(night.ports, night.plan, never());
  const peer = dispatcher({ night: led, house: new Set(["planner"]), proposed: new Map() });
  const { signal } = new AbortController();
  return (principal: string, name: string) =>
    peer.handle(
      "propose",
      { spec: taskSpec({ repo: "repo", name }) },
      { context: "c", message: name, principal, signal, progress: () => {} },
    );
}

test("a guest proposes as many tasks a night as it may, and is told so kindly", async () => {
  const propose = await proposing();
  for (const name of ["A", "B"])
    expect(await propose("abroad", name)).toMatchObject({ status: "proposed" });
  await expect(propose("abroad", "C")).rejects.toMatchObject({
    code: "over-budget",
    message: expect.stringContaining("2 proposals a night"),
  });
  // The same task again is no further proposal, and another guest has a count of its own.
  expect(await propose("abroad", "A")).toMatchObject({ status: "proposed" });
  expect(await propose("elsewhere", "C")).toMatchObject({ status: "proposed" });
});

test("the house proposes as much as it needs", async () => {
  const propose = await proposing();
  for (const name of ["A", "B", "C", "D"])
    expect(await propose("planner", name)).toMatchObject({ status: "proposed" });
});
