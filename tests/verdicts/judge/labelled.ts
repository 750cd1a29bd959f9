import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const score = z.number().min(1).max(10);
const Labelled = z.array(z.strictObject({ human: score, heuristic: score, judge: score }));

/** The labelled set: works with a simulated person's grade, as `write-labelled.ts` wrote them. */
export function readLabelled(): z.infer<typeof Labelled> {
  return Labelled.parse(
    JSON.parse(readFileSync(join(import.meta.dirname, "labelled.json"), "utf8")),
  );
}
