import { memoryStore } from "@nightshift/blackboard/memory-store";
import { begun, COMMIT, merged, proposed, worked } from "@nightshift/projections/example-night";
import { writeLog, type Entry } from "@nightshift/projections/written-log";
import { expect, test } from "vitest";
import { actIn } from "./acts.ts";

const parked: Entry = ["task-b", { type: "task.parked", reason: "vague", question: "How?" }];
const given: Entry = [
  "guidance-ops-1",
  { type: "guidance.given", category: "ops", text: "Be brief.", by: "director", expiresAtMs: 9 },
];
const released: Entry = ["brake-all-1", { type: "brake.released", by: "director", mean: null }];
const entries: readonly Entry[] = [
  ...proposed("a"),
  ...begun("a"),
  ...worked("a"),
  ...merged("a"),
  ...proposed("b"),
  parked,
  given,
  released,
];

/** A log of these, each event caused by the one that `causes` names by its type. */
async function opened(more: readonly Entry[] = [], causes: Readonly<Record<string, string>> = {}) {
  const store = memoryStore();
  const log = writeLog([...entries, ...more]);
  for (const { stream, revision, position: _, ...pending } of log) {
    const cause = causes[pending.event.type];
    const causation = log.find(({ event }) => event.type === cause)?.id ?? null;
    await store.append(stream, [{ ...pending, causation }], { revision, timeoutMs: 100 });
  }
  const task = async (word: string) => (["a", "b"].includes(word) ? word : null);
  return async (...words: string[]) => (await actIn(store, words, task)).event.type;
}

test("an act is found by what it is about: a task, an attempt, a commit, a category, a brake", async () => {
  const act = await opened();
  expect(await act("a")).toBe("repo.merged");
  expect(await act("a-g1")).toBe("repo.merged");
  expect(await act(COMMIT.slice(0, 8))).toBe("repo.merged");
  expect(await act("b")).toBe("task.parked");
  expect(await act("ops")).toBe("guidance.given");
  expect(await act("all-1")).toBe("brake.released");
});

test("a verb says which kind of act is meant", async () => {
  const act = await opened();
  expect(await act("add", "a")).toBe("task.proposed");
  expect(await act("merge", "a")).toBe("repo.merged");
  expect(await act("direct", "ops")).toBe("guidance.given");
  await expect(act("reject", "a")).rejects.toThrow("nothing that can be undone");
  await expect(act("merge", "b")).rejects.toThrow("nothing that can be undone");
});

test("an event is named by its position or its id, whatever it is", async () => {
  const act = await opened();
  expect(await act("1")).toBe("task.proposed");
  expect(await act("2")).toBe("task.admitted");
  expect(await act("00000000-0000-4000-8000-000000000002")).toBe("task.admitted");
});

test("what an undo wrote is no act that the next undo takes back", async () => {
  const abandoned: Entry = ["task-b", { type: "task.abandoned", reason: "taken back" }];
  const byHand = await opened([abandoned]);
  expect(await byHand("b")).toBe("task.abandoned");
  const byUndo = await opened([abandoned], { "task.abandoned": "task.parked" });
  expect(await byUndo("b")).toBe("task.parked");
});

test("what names nothing is told so", async () => {
  const act = await opened();
  for (const words of [["nobody"], ["999999"], ["ops", "extra"], ["deadbeef"]])
    await expect(act(...words), words.join(" ")).rejects.toThrow("nothing that can be undone");
});
