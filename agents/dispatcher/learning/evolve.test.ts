import { genomes } from "@nightshift/projections/genomes";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import { NEUTRAL_GENES } from "@nightshift/protocol/genome";
import { nameId } from "@nightshift/protocol/ids";
import type { Peer } from "@nightshift/protocol/bus";
import { defaultSettings, type Settings } from "@nightshift/protocol/settings";
import { HOUR_MS } from "@nightshift/protocol/clock";
import { EvolveInput, EvolveOutput } from "@nightshift/protocol/evolution";
import type { z } from "zod";
import { expect, test } from "vitest";
import { memoryNight } from "../../testing/memory-night.ts";
import { lead, runShift } from "../shift.ts";

type Told = z.infer<typeof EvolveInput>;
const SILENT = EvolveOutput.parse({
  proposals: [],
  weights: null,
  weightsRationale: "",
  weightsEvidence: [],
});
const wish = (told: Told, key: string, to: number) => ({
  key,
  from: told.settings[key] ?? 0,
  to,
  signal: "truncation",
  rationale: "too many were cut off",
  evidence: told.outcomes.slice(-1).map(({ evidence }) => evidence),
});

/** A night of a dozen tasks with an evolver that answers so. */
async function nightWith(
  answer: (told: Told) => Partial<z.infer<typeof EvolveOutput>>,
  settings: Partial<Settings> = {},
) {
  const asked: Told[] = [];
  const limits = { signalTasksMin: 2, followUpsMax: 0, ...settings };
  const night = await memoryNight({
    plan: { settings: { ...defaultSettings, ...limits } },
  });
  const evolver: Peer = {
    card: { name: "evolver", description: "e", version: "1", skills: ["evolve"] },
    handle: async (_skill, input) => {
      const told = EvolveInput.parse(input);
      asked.push(told);
      // It is asked again when some time has passed.
      await night.ports.clock.sleep(HOUR_MS, new AbortController().signal);
      return { ...SILENT, ...answer(told) };
    },
  };
  await night.ports.bus.join(evolver);
  for (let at = 0; at < 12; at++)
    await night.add({ name: `T-${at}`, title: `Thing ${at * 7_919}` });
  const never = new AbortController().signal;
  await runShift(await lead(night.ports, night.plan, { stop: never, abort: never }));
  await night.ports.views.catchUp();
  return { ...night, asked, types: (await night.events()).map(({ event }) => event.type) };
}

test("a proposal is tried on a share of the attempts, and adopted by nobody but a verdict", async () => {
  const { types, ports } = await nightWith((told) => ({
    proposals: [wish(told, "outputTokensMax", 10_000)],
  }));
  expect(types.filter((type) => type === "policy.tried")).toHaveLength(1);
  expect(types).not.toContain("policy.adopted");
  expect(ports.views.view(settingsInForce).adopted.size).toBe(0);
});

test("a frozen evolution is not even asked", async () => {
  const { types, asked } = await nightWith(
    (told) => ({ proposals: [wish(told, "outputTokensMax", 10_000)] }),
    { evolutionFrozen: 1 },
  );
  expect(asked).toEqual([]);
  expect(types).not.toContain("policy.proposed");
});

test("a generation is bred as told; genomes of other categories and the neutral one stay", async () => {
  const genes = { ...NEUTRAL_GENES, promptStyle: "test-first" } as const;
  const night = await nightWith(({ genomes: living }) => ({
    generations: [
      {
        category: living[0]?.category ?? "",
        born: [{ genes, island: "explorers", parents: [], rationale: "new" }],
        retired: [
          ...living.map(({ id }) => ({ id, reason: "in the way" })),
          { id: "nobody", reason: "x" },
        ],
        inducted: ["nobody"],
      },
    ],
  }));
  const neutral = nameId(`${night.asked[0]?.genomes[0]?.category} neutral`);
  const living = [...night.ports.views.view(genomes)].filter(([, one]) => !one.retired);
  expect(living.map(([id]) => id)).toContain(neutral);
  const all = await night.events();
  const seeded = all.flatMap(({ event }) => (event.type === "genome.seeded" ? event : []));
  expect(seeded.map((one) => one.genes.promptStyle)).toContain("test-first");
  const retired = all.filter(({ event }) => event.type === "genome.retired");
  expect(retired.map(({ stream }) => stream)).not.toContain(`genome-${neutral}`);
});

test("a verdict on a change that is not being tried changes nothing", async () => {
  const { types } = await nightWith(() => ({
    verdicts: [{ policy: "nobody", verdict: "adopt", rationale: "it wants it" }],
  }));
  expect(types.filter((type) => type.startsWith("policy."))).toEqual([]);
});

test("a verdict ends a trial once: what was taken back is not adopted by the next word", async () => {
  const policies: string[] = [];
  const { types } = await nightWith((told) => {
    policies.push(...told.trials.map(({ policy }) => policy));
    const [policy = ""] = policies;
    const rationale = "by what came out";
    return {
      proposals: policies.length === 0 ? [wish(told, "outputTokensMax", 10_000)] : [],
      verdicts: [
        { policy, verdict: "roll-back", rationale },
        { policy, verdict: "adopt", rationale },
      ],
    };
  });
  expect(types.filter((type) => type.startsWith("policy."))).toEqual([
    "policy.proposed",
    "policy.tried",
    "policy.rolled-back",
  ]);
});

test("every award names its genome, and the genome is what the work was done by", async () => {
  const night = await nightWith(() => ({}));
  const all = await night.events();
  const awards = all.flatMap(({ event }) => (event.type === "attempt.awarded" ? event : []));
  const seeded = new Set(
    all.flatMap(({ event, stream }) => (event.type === "genome.seeded" ? stream : [])),
  );
  expect(awards).toHaveLength(12);
  for (const { genome } of awards) expect(seeded.has(`genome-${genome}`)).toBe(true);
});
