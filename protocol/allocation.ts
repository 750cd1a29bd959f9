import { z } from "zod";

/** Weights of the categories, by three loops (C15). */
export const AllocationEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("allocation.adjusted"),
    loop: z.enum(["fast", "medium", "slow", "director"]),
    weights: z.record(z.string(), z.number().min(0).max(1)),
    rationale: z.string(),
    evidence: z.array(z.string()).max(200),
  }),
]);
export type AllocationEvent = z.infer<typeof AllocationEvent>;

export type AllocationCommand = {
  type: "allocation.adjust";
  loop: "fast" | "medium" | "slow" | "director";
  weights: Record<string, number>;
  rationale: string;
  evidence: string[];
  /** Cap of every category, and the fixed share of self-improvement (C16, F19). */
  capShare: number;
  selfImprovementShare: number;
};
