import { routes } from "@nightshift/projections/routes";
import type { Bus } from "@nightshift/protocol/bus";
import { skills, type SkillOutput } from "@nightshift/protocol/skills";
import { expect, test } from "vitest";
import {
  executed,
  memoryNight,
  type Answers,
  type MemoryNight,
} from "../../testing/memory-night.ts";
import { lead, runShift } from "../shift.ts";

const never = () => ({ stop: new AbortController().signal, abort: new AbortController().signal });

async function work(night: MemoryNight): Promise<string> {
  return runShift(await lead(night.ports, night.plan, never()));
}

type Bids = SkillOutput<"bid">["bids"];
const terms = { family: "family-a", account: "account-model-a", tier: "large" as const };
const bidOf = (model: string) => ({ model, ...terms, priceMicroUsd: 1, etaMs: 1 });

/** A night with a guest, `abroad`, that bids and works. */
async function nightWithGuest(bids: Bids, answers: Answers = {}) {
  const night = await memoryNight({ answers });
  const asked: string[] = [];
  await night.ports.bus.join({
    card: { name: "abroad", description: "a", version: "1", skills: ["bid", "implement"] },
    async handle(skill, input) {
      if (skill === "bid") return { bids };
      const read = skills.implement.input.parse(input);
      asked.push(read.model);
      const commit = night.workspace.commit(read.base, { "src/abroad.ts": "export {};\n" });
      const answer = executed(read, commit, "src/abroad.ts");
      if (answer.status !== "executed") throw new Error("it executes");
      const by = "abroad";
      return {
        ...answer,
        prompted: { ...answer.prompted, by },
        executed: { ...answer.executed, by, model: "model-a", family: "family-a" },
      };
    },
  });
  night.ports.bus = withGuest(night.ports.bus);
  return { night, asked };
}

function withGuest(bus: Bus): Bus {
  const guest = { standing: "guest" as const };
  const roster = () =>
    bus.roster().map((one) => (one.card.name === "abroad" ? { ...one, ...guest } : one));
  return { ...bus, roster };
}

async function told(night: MemoryNight, type: string) {
  const events = await night.events();
  return events.flatMap(({ event }) => (event.type === type ? [Object(event)] : []));
}

test("a guest that bids under the name of a house's model has a track record of its own", async () => {
  const { night, asked } = await nightWithGuest([bidOf("model-a")]);
  await night.add({ name: "T-1", model: "abroad" });
  expect(await work(night)).toBe("backlog-done");
  const [awarded] = await told(night, "attempt.awarded");
  expect(awarded).toMatchObject({ agent: "abroad", model: "guest:abroad/model-a" });
  const [done] = await told(night, "attempt.executed");
  expect(done).toMatchObject({ model: "guest:abroad/model-a", family: "guest-abroad" });
  await night.ports.views.catchUp();
  const known = [...night.ports.views.view(routes)].filter(([, { n }]) => n > 0);
  expect(known.map(([key]) => key)).toEqual(["capability|guest:abroad/model-a"]);
  // It is asked by the name that it knows.
  expect(asked).toEqual(["model-a"]);
});

test("a task that names a model of the house is not a guest's that calls its own so", async () => {
  const { night } = await nightWithGuest([bidOf("model-a")]);
  await night.add({ name: "T-1", model: "model-a", priority: 1 });
  await work(night);
  expect((await told(night, "attempt.awarded"))[0]).toMatchObject({ agent: "implementer" });
});

test("a guest that says it is the strongest is not forced upon architecture", async () => {
  const dear = { ...bidOf("model-a"), priceMicroUsd: 5_000_000 };
  const { night } = await nightWithGuest([bidOf("giant")], {
    bid: ({ skill }) => ({ bids: skill === "implement" ? [dear] : [] }),
  });
  await night.add({ name: "T-1", tags: ["architecture"] });
  await work(night);
  expect((await told(night, "attempt.awarded"))[0]).toMatchObject({
    agent: "implementer",
    reason: "forced",
  });
});

test("three bids of a guest are heard, and the house's all the same", async () => {
  const many = Array.from({ length: 20 }, (_, index) => bidOf(`m-${index}`));
  const { night } = await nightWithGuest(many);
  await night.add({ name: "T-1" });
  await work(night);
  const events = (await night.events()).map(({ event }) => event);
  const first = events.slice(
    0,
    events.findIndex(({ type }) => type === "attempt.awarded"),
  );
  const agents = first.flatMap((event) => (event.type === "attempt.bid" ? [event.agent] : []));
  expect(agents).toEqual(["implementer", "implementer", "abroad", "abroad", "abroad"]);
});

test("every bid is an event, also one that cannot win because its account is held", async () => {
  const night = await memoryNight({});
  const account = { provider: "p", kind: "api" as const };
  const held = "account-model-a";
  await night.board.handle("account", held, { type: "account.register", name: held, ...account });
  await night.board.handle("account", held, {
    type: "account.hold",
    reason: "director",
    untilMs: 9_000_000_000_000,
    epoch: 1,
  });
  await night.add({ name: "T-1" });
  await work(night);
  const models = (await told(night, "attempt.bid")).map(({ model }) => model);
  expect(models.slice(0, 2)).toEqual(["model-a", "model-b"]);
  expect((await told(night, "attempt.awarded"))[0]).toMatchObject({ model: "model-b" });
});

test("bids are sealed: none is told before all are in, and their merit is no word of theirs", async () => {
  const night = await memoryNight({
    answers: {
      async bid({ skill }) {
        if (skill !== "implement") return { bids: [] };
        expect(await told(night, "attempt.bid")).toEqual([]);
        expect(await told(night, "attempt.announced")).toHaveLength(1);
        return { bids: [bidOf("model-a"), bidOf("model-b")] };
      },
    },
  });
  await night.add({ name: "T-1" });
  await work(night);
  const bids = await told(night, "attempt.bid");
  expect(bids).toHaveLength(2);
  expect(bids[0].merit).toBe(bids[1].merit);
});

test("where nobody bids the house is asked once more, and the choice is always the same", async () => {
  for (const _ of [1, 2]) {
    let asked = 0;
    const night = await memoryNight({
      answers: {
        bid({ skill }) {
          if (skill !== "implement") return { bids: [] };
          asked += 1;
          return { bids: asked === 1 ? [] : [bidOf("model-b"), bidOf("model-a")] };
        },
      },
    });
    await night.add({ name: "T-1" });
    expect(await work(night)).toBe("backlog-done");
    const [awarded] = await told(night, "attempt.awarded");
    expect(awarded).toMatchObject({ model: "model-b", reason: "fallback", propensity: 1 });
  }
});

test("where nobody bids twice the attempt fails by name, and does not wait", async () => {
  const night = await memoryNight({ answers: { bid: () => ({ bids: [] }) } });
  await night.add({ name: "T-1" });
  await work(night);
  expect((await told(night, "attempt.failed"))[0]).toMatchObject({ kind: "lost" });
});
