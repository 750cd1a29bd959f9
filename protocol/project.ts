import { z } from "zod";

/** A stage of a project's pipeline: who works in it, and what ends it (A6, F21). */
export const Stage = z.strictObject({
  name: z.string().min(1).max(40),
  role: z.string().min(1).max(40),
  exit: z.string().min(1).max(500),
});
export type Stage = z.infer<typeof Stage>;

export const ProjectEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("project.added"),
    name: z.string().min(1),
    repo: z.string(),
    stages: z.array(Stage).min(1).max(12),
  }),
  z.strictObject({ type: z.literal("project.phase-entered"), phase: z.string() }),
  z.strictObject({
    type: z.literal("project.phase-exited"),
    phase: z.string(),
    evidence: z.string(),
  }),
  z.strictObject({
    type: z.literal("project.sent-back"),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
  }),
  z.strictObject({ type: z.literal("project.ready") }),
]);
export type ProjectEvent = z.infer<typeof ProjectEvent>;

export type ProjectCommand =
  | { type: "project.add"; name: string; repo: string; stages: Stage[] }
  | { type: "project.exit-phase"; phase: string; evidence: string }
  | { type: "project.send-back"; to: string; reason: string };
