import { Lost } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { executed, memoryNight, type MemoryNight } from "../testing/memory-night.ts";
import { lead, runShift } from "./shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight): Promise<string> {
  return runShift(await lead(night.ports, night.plan, never()));
}

/** How the attempts of a night failed, in their order. */
async function failuresOf(night: MemoryNight): Promise<string[]> {
  const events = await night.events();
  return events.flatMap(({ event }) => (event.type === "attempt.failed" ? [event.kind] : []));
}

/** A night whose implementer is lost at a task so many times, and works after that. */
async function nightThatLoses(times: number): Promise<MemoryNight> {
  let left = times;
  const night: MemoryNight = await memoryNight({
    answers: {
      implement(input) {
        if (left-- > 0) throw new Lost("the process that was at it is gone");
        const commit = night.workspace.commit(input.base, { "src/own.ts": "by night\n" });
        return executed(input, commit, "src/own.ts");
      },
    },
  });
  return night;
}

test("a worker that is lost costs its task no try", async () => {
  const night = await nightThatLoses(3);
  const task = await night.add();
  expect(await work(night)).toBe("backlog-done");
  expect(await failuresOf(night)).toEqual(["lost", "lost", "lost"]);
  const { state } = await night.board.load("task", task);
  expect(state).toMatchObject({ status: "completed" });
});

test("a task that takes down every worker fails at last, and is given up", async () => {
  const night = await nightThatLoses(Number.POSITIVE_INFINITY);
  const task = await night.add();
  await work(night);
  const failures = await failuresOf(night);
  expect(failures.slice(0, 4)).toEqual(["lost", "lost", "lost", "crash"]);
  expect(failures.length).toBeLessThan(20);
  const { state } = await night.board.load("task", task);
  expect(state).toMatchObject({ status: "abandoned" });
});

test("while nobody could verify nothing is claimed, and the night waits for one who can", async () => {
  const night = await memoryNight({});
  const task = await night.add();
  const { bus, clock } = night.ports;
  const here = bus.roster();
  const verifier = here.find(({ card }) => card.skills.includes("verify"));
  let away = true;
  night.ports.bus = {
    ...bus,
    roster: () => (away ? here.filter((member) => member !== verifier) : here),
  };
  night.ports.clock = {
    ...clock,
    async sleep(ms, signal) {
      away = false;
      await clock.sleep(ms, signal);
    },
  };
  expect(await work(night)).toBe("backlog-done");
  const types = (await night.events()).map(({ event }) => event.type);
  expect(types.indexOf("shift.paused")).toBeLessThan(types.indexOf("task.claimed"));
  expect(types).toContain("shift.paused");
  expect(await failuresOf(night)).toEqual([]);
  const { state } = await night.board.load("task", task);
  expect(state).toMatchObject({ status: "completed" });
});
