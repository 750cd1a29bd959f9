import { allocation } from "@nightshift/projections/allocation";
import type { Line } from "@nightshift/projections/digest/terminal";
import { genomes } from "@nightshift/projections/genomes";
import { outcomes } from "@nightshift/projections/outcomes";
import { settingsInForce } from "@nightshift/projections/settings-in-force";
import type { House } from "../../house.ts";
import { session } from "../session.ts";
import { columnsHere, table } from "../table.ts";
import { print, printJson } from "../terminal.ts";

/** `nightshift evolve status`: what lives, what is tried, what was adopted. */
export function evolveStatus({ json }: { json?: boolean }) {
  return session(async (house) => {
    const told = toldOf(house);
    if (json) printJson(told);
    else print(linesOf(told));
  });
}

type Told = ReturnType<typeof toldOf>;

/** As after some middling tasks more: one lucky task makes nobody the best. */
function doubted({ n, meanFitness }: { n: number; meanFitness: number }): number {
  return (meanFitness * n + MIDDLING * DOUBTED_TASKS) / (n + DOUBTED_TASKS);
}

const MIDDLING = 0.55;
const DOUBTED_TASKS = 5;

function toldOf({ runner, config }: House) {
  const known = [...runner.view(genomes)];
  const living = known.filter(([, { retired }]) => !retired);
  const categories = [...new Set(known.map(([, { category }]) => category))].sort();
  const { adopted, open, behind } = runner.view(settingsInForce);
  return {
    frozen: (config.settings.evolutionFrozen ?? 0) > 0,
    attempts: runner.view(outcomes).total,
    categories: categories.map((category) => {
      const own = living.filter(([, genome]) => genome.category === category);
      const judged = own.filter(([, { evaluations }]) => evaluations.n > 0);
      const [best] = judged.sort(([, a], [, b]) => doubted(b.evaluations) - doubted(a.evaluations));
      const inHall = known.filter(([, one]) => one.category === category && one.inducted).length;
      return {
        category,
        living: own.length,
        inHall,
        best: best ? { id: best[0], ...best[1].evaluations } : null,
        weight: runner.view(allocation).weights.get(category) ?? null,
      };
    }),
    tried: [...open].map(([policy, change]) => ({ policy, ...change })),
    adopted: [...adopted].map(([key, value]) => ({
      key,
      value,
      policy: behind.get(key)?.policy ?? null,
    })),
  };
}

function linesOf({ frozen, attempts, categories, tried, adopted }: Told): Line[] {
  const lines: Line[] = [
    { tone: "title", text: `Evolution, after ${attempts} judged attempts` },
    ...(frozen ? [{ tone: "ask", text: "Frozen: nightshift evolve freeze --off" } as const] : []),
  ];
  if (categories.length === 0) {
    return [...lines, { tone: "plain", text: "Nothing has been judged yet: nightshift run" }];
  }
  const rows = categories.map(({ category, living, inHall, best, weight }) => [
    category,
    weight === null ? "" : `${Math.round(weight * 100)} %`,
    String(living),
    String(inHall),
    best ? best.meanFitness.toFixed(2) : "",
    best ? String(best.n) : "",
    best?.id ?? "",
  ]);
  const columns = [
    { title: "category" },
    { title: "weight", right: true },
    { title: "genomes", right: true },
    { title: "hall", right: true },
    { title: "fitness", right: true },
    { title: "tasks", right: true },
    { title: "the best so far", takesTheRest: true },
  ] as const;
  lines.push(...table(columns, rows, columnsHere()));
  for (const { policy, key, from, to, status } of tried) {
    lines.push({ tone: "ask", text: `${status}: ${key} ${from} → ${to}  (${policy})` });
  }
  for (const { key, value, policy } of adopted) {
    lines.push({ tone: "good", text: `adopted: ${key} is ${value}  (${policy})` });
  }
  lines.push({ tone: "quiet", text: "The story of any of them: nightshift evolve explain <name>" });
  return lines;
}
