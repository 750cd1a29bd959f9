import type { Rubrics } from "../assessor/rubric.ts";

const anchors = ([9, 6, 3] as const).map((score) => ({
  score,
  example: `Work that is a ${score}.`,
  because: "of what it is",
}));

/** Short rubrics; those of the house are in `assessor/anchors.yaml`. */
export const rubrics: Rubrics = {
  version: "test-1",
  code: { criteria: ["Does what the task asks"], anchors },
  report: { criteria: ["Answers the question that was asked"], anchors },
  research: { criteria: ["Names its sources"], anchors },
};
