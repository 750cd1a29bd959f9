import { agreement, type Agreement } from "@nightshift/agents/assessor/agreement";
import type { Line } from "@nightshift/projections/digest/terminal";
import { judging } from "@nightshift/projections/judging";
import { effectOf, lessons, type Scores } from "@nightshift/projections/lessons";
import type { House } from "../../house.ts";
import { columnsHere, table } from "../table.ts";

type JudgeTold = {
  judge: string;
  judged: number;
  meanHeuristic: number;
  meanJudge: number;
  agreement: Agreement | null;
  drift: { level: number; known: number };
};

type LessonTold = {
  what: string;
  shown: { n: number; mean: number | null };
  withheld: { n: number; mean: number | null };
  effect: { points: number; error: number } | null;
};

type Told = { judges: JudgeTold[]; kinds: LessonTold[]; lessons: LessonTold[] };

const LESSONS_SHOWN = 10;

/** How well judges agree with people, whether they drift, and what each lesson is worth. */
export function report({ runner }: House): Told {
  const { judged, graded, drift } = runner.view(judging);
  const judges = [...new Set(judged.map(({ judgedBy }) => judgedBy))].map((judge) => {
    const own = judged.filter(({ judgedBy }) => judgedBy === judge);
    const { level = 0, n = 0 } = drift.get(judge) ?? {};
    return {
      judge,
      judged: own.length,
      meanHeuristic: meanOf(own.map(({ heuristic }) => heuristic)),
      meanJudge: meanOf(own.map((one) => one.judge)),
      agreement: agreement(graded.filter(({ judgedBy }) => judgedBy === judge)),
      drift: { level, known: n },
    };
  });
  const view = runner.view(lessons);
  const used = [...view.lessons.values()].filter(({ shown, withheld }) => shown.n + withheld.n > 0);
  return {
    judges,
    kinds: [
      lessonTold("all guidance", view.total.guidance),
      lessonTold("all critiques", view.total.reflection),
    ],
    lessons: used
      .slice(-LESSONS_SHOWN)
      .map((one) => lessonTold(`${one.category}: ${one.text}`, one)),
  };
}

function lessonTold(what: string, sides: { shown: Scores; withheld: Scores }): LessonTold {
  const side = ({ n, sum }: Scores) => ({ n, mean: n === 0 ? null : sum / n });
  return {
    what,
    shown: side(sides.shown),
    withheld: side(sides.withheld),
    effect: effectOf(sides),
  };
}

export function reportLines({ judges, kinds, lessons: told }: Told): Line[] {
  if (judges.length === 0) return [{ tone: "plain", text: "Nothing was judged yet." }];
  const rows = [...kinds, ...told].map(({ what, shown, withheld, effect }) => [
    what,
    sideOf(shown),
    sideOf(withheld),
    effect === null ? "too few" : `${signed(effect.points)} ± ${effect.error.toFixed(1)}`,
  ]);
  const columns = [
    { title: "lesson", takesTheRest: true },
    { title: "mean with it", right: true },
    { title: "without", right: true },
    { title: "worth", right: true },
  ] as const;
  return [
    ...judges.flatMap(judgeLines),
    { tone: "title", text: "What lessons are worth, by chance alone" },
    ...table(columns, rows, columnsHere()),
  ];
}

function judgeLines({
  judge,
  judged,
  meanHeuristic,
  meanJudge,
  agreement: told,
  drift,
}: JudgeTold) {
  const lines: Line[] = [{ tone: "title", text: judge.replace("|", ", rubric ") }];
  const say = (text: string, tone: Line["tone"] = "plain") => void lines.push({ tone, text });
  const means = `heuristic ${meanHeuristic.toFixed(2)}, judge ${meanJudge.toFixed(2)}`;
  say(`  ${judged} attempts: ${means}, drift ${signed(drift.level)} deviations`);
  if (told === null) {
    say("  Nobody graded any of them: nightshift assess <task> --score 7", "ask");
    return lines;
  }
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  const of = (value: number | null) => (value === null ? "unknown" : value.toFixed(2));
  say(
    `  ${told.n} graded by people: exact ${percent(told.exact)}, within a point ${percent(told.withinOne)}`,
  );
  say(
    `  bias ${signed(told.bias)}, weighted kappa ${of(told.kappa)}, Krippendorff's alpha ${of(told.alpha)}`,
  );
  return lines;
}

function sideOf({ n, mean }: LessonTold["shown"]): string {
  return mean === null ? "none" : `${mean.toFixed(1)} (${n})`;
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
