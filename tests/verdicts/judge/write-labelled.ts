import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededDraws } from "@nightshift/agents/evolver/draws";
import { noisyJudge } from "@nightshift/infra/sim/verdicts/noisy-judge";

/** Writes `labelled.json` anew: works with a simulated person's grade and a scripted judge's (sd 1.5). */
const WORKS = 480;
const SEED = 2026;
const random = seededDraws(SEED);
const rows = Array.from({ length: WORKS }, () => JSON.stringify(noisyJudge(random)));
writeFileSync(join(import.meta.dirname, "labelled.json"), `[\n${rows.join(",\n")}\n]\n`);
