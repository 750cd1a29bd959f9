import { calibrate, type Calibrated } from "@nightshift/agents/assessor/calibration";
import { versionOf } from "@nightshift/agents/dispatcher/learning/judge-record";
import type { Line } from "@nightshift/projections/digest/terminal";
import { judging } from "@nightshift/projections/judging";
import type { House } from "../../house.ts";
import { settingsFor } from "../../night-plan.ts";
import { columnsHere, table } from "../table.ts";

type Told = {
  judge: string;
  grades: number;
  needed: number;
  version: string | null;
  curve: ({ judge: number } & Calibrated)[];
};

const SCORES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

/** What the scores of each judge are worth by the grades that people gave, as the next night has it. */
export function calibrations({ runner, config }: House): Told[] {
  const { graded, judged } = runner.view(judging);
  const settings = settingsFor(config);
  return [...new Set(judged.map(({ judgedBy }) => judgedBy))].map((judge) => {
    const own = graded.filter(({ judgedBy }) => judgedBy === judge);
    const calibration = calibrate(own, settings);
    return {
      judge,
      grades: own.length,
      needed: Math.max(0, settings.assessorGradesMin - own.length),
      version: calibration ? versionOf(own) : null,
      curve: calibration ? SCORES.map((score) => ({ judge: score, ...calibration.of(score) })) : [],
    };
  });
}

export function calibrationLines(told: readonly Told[]): Line[] {
  if (told.length === 0) return [{ tone: "plain", text: "Nothing was judged yet." }];
  return told.flatMap(({ judge, grades, needed, version, curve }): Line[] => {
    const name = judge.replace("|", ", rubric ");
    if (version === null) {
      const text = `${grades} grades; ${needed} more, and its scores are calibrated:`;
      const command = "  nightshift assess <task> --score 7";
      return [
        { tone: "title", text: name },
        { tone: "plain", text },
        { tone: "ask", text: command },
      ];
    }
    const rows = curve.map(({ judge: score, score: told, low, high }) => [
      score.toFixed(0),
      told.toFixed(1),
      `${low.toFixed(1)} to ${high.toFixed(1)}`,
    ]);
    const columns = [
      { title: "judge", right: true },
      { title: "people", right: true },
      { title: "most of them" },
    ] as const;
    return [
      { tone: "title", text: `${name}: by ${grades} grades (${version})` },
      ...table(columns, rows, columnsHere()),
    ];
  });
}
