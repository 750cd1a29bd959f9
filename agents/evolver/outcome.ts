import type { SkillInput, SkillOutput } from "@nightshift/protocol/skills";

/** One judged attempt, as it is told to the evolver. */
export type Outcome = SkillInput<"evolve">["outcomes"][number];
/** A change of a setting that is proposed, with its rationale and the events behind it. */
export type Proposal = SkillOutput<"evolve">["proposals"][number];
/** A change that is being tried. */
export type Trial = SkillInput<"evolve">["trials"][number];
