import type { GateRules } from "./attempt.ts";

/** The gate's rules as most repositories have them, for tests and samples. */
export const exampleRules: GateRules = {
  scoreMin: 4,
  truncationPenalty: 1.5,
  evidenceCap: 3,
  sandbox: "required",
  policy: "when-green",
  sealed: [],
};
