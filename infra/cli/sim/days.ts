import { existsSync } from "node:fs";
import { nightViews } from "@nightshift/agents/dispatcher/views";
import type { Line } from "@nightshift/projections/digest/terminal";
import { outcomes } from "@nightshift/projections/outcomes";
import { checkLive } from "@nightshift/projections/replay";
import { BadInput } from "@nightshift/protocol/errors";
import { openLog } from "../../log/sqlite/store.ts";
import { createDays, type Days } from "../../sim/days/days.ts";
import { COLUMNS } from "../table.ts";
import { EXIT, print, printJson, tell, verb } from "../terminal.ts";

type Options = { seed: number; tasks: number; keep?: string; json?: boolean };

/** What came of simulated days. */
type Told = {
  days: number;
  tasks: number;
  attempts: number;
  tried: number;
  adopted: number;
  rolledBack: number;
  genomes: { born: number; retired: number; inHall: number };
  /** Of attempts whose choice was a draw: mean probability. */
  propensity: number;
  /** Paths where live views differ from rebuilt ones (I1): none. */
  differences: string[];
  changes: string[];
  seconds: number;
};

const DAYS_MAX = 366;

/** `nightshift sim days`: real nights in a landscape, and what evolution made of them. */
export function simDays(days: number, { seed, tasks, keep, json = false }: Options) {
  return verb(async () => {
    if (days > DAYS_MAX) {
      throw new BadInput(`at most ${DAYS_MAX} days`, "sim days", `nightshift sim days ${DAYS_MAX}`);
    }
    if (keep !== undefined && existsSync(keep)) {
      throw new BadInput("it is there already", keep, "--keep <a new file>");
    }
    const startMs = performance.now();
    const kept = keep === undefined ? null : await openLog(keep);
    const onDay = (day: number) => {
      if (!json && day % 5 === 0) tell("quiet", `day ${day}`);
    };
    const store = kept === null ? {} : { store: kept };
    const lived = createDays({ seed, days, tasksADay: tasks, onDay, ...store });
    try {
      await lived.live();
      const told = {
        ...(await toldOf(lived, days)),
        seconds: (performance.now() - startMs) / 1_000,
      };
      if (json) printJson(told);
      else print(linesOf(told, keep));
      return told.differences.length === 0 ? EXIT.ok : EXIT.failed;
    } finally {
      await kept?.close();
    }
  });
}

async function toldOf({ store, views }: Days, days: number): Promise<Omit<Told, "seconds">> {
  const counts = new Map<string, number>();
  const changes: string[] = [];
  let [propensities, draws] = [0, 0];
  const types = [...COUNTED];
  for await (const { event } of store.readAll({ types })) {
    counts.set(event.type, (counts.get(event.type) ?? 0) + 1);
    if (event.type === "policy.adopted" || event.type === "policy.rolled-back") {
      changes.push(event.rationale);
    }
    if (event.type === "attempt.awarded" && event.reason === "auction") {
      propensities += event.propensity;
      draws += 1;
    }
  }
  const count = (...of: string[]) => of.reduce((sum, type) => sum + (counts.get(type) ?? 0), 0);
  const differences = await checkLive(views, store, nightViews);
  return {
    days,
    tasks: count("task.proposed"),
    attempts: views.view(outcomes).total,
    tried: count("policy.tried"),
    adopted: count("policy.adopted"),
    rolledBack: count("policy.rolled-back"),
    genomes: {
      born: count("genome.seeded", "genome.bred", "genome.mutated"),
      retired: count("genome.retired"),
      inHall: count("genome.inducted"),
    },
    propensity: draws === 0 ? 1 : propensities / draws,
    differences: differences.map(({ path }) => path),
    changes,
  };
}

const COUNTED = [
  "task.proposed",
  "attempt.awarded",
  "policy.tried",
  "policy.adopted",
  "policy.rolled-back",
  "genome.seeded",
  "genome.bred",
  "genome.mutated",
  "genome.retired",
  "genome.inducted",
];

function linesOf(told: Told, keep: string | undefined): Line[] {
  const { days, tasks, attempts, tried, adopted, rolledBack, genomes, seconds } = told;
  const plainly = (text: string): Line => ({ tone: "plain", text });
  const trials = `${tried} changes tried, ${adopted} adopted, ${rolledBack} rolled back`;
  const lines: Line[] = [
    { tone: "title", text: `${days} days, ${tasks} tasks, ${attempts} judged attempts` },
    plainly(`${trials}; the rest is still being tried.`),
    plainly(
      `${genomes.born} genomes born, ${genomes.retired} retired, ${genomes.inHall} in the hall of fame.`,
    ),
    plainly(`Choices were made with a probability of ${told.propensity.toFixed(2)} on average.`),
  ];
  for (const change of told.changes) lines.push(plainly(`  ${change}`.slice(0, 3 * COLUMNS)));
  const isSame = told.differences.length === 0;
  const same = "Live views equal rebuilt ones.";
  lines.push({ tone: isSame ? "good" : "bad", text: isSame ? same : told.differences.join(", ") });
  lines.push({ tone: "quiet", text: `It took ${seconds.toFixed(1)} s.` });
  if (keep !== undefined) lines.push(plainly(`What if: nightshift sim --log ${keep} --policy …`));
  return lines;
}
