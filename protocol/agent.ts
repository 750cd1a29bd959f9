import { z } from "zod";

/** Whether an agent is the house's own or someone else's. */
export const Standing = z.enum(["house", "guest"]);
export type Standing = z.infer<typeof Standing>;

export const AgentEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("agent.joined"),
    name: z.string(),
    standing: Standing,
    skills: z.array(z.string()),
    /** sha256 of the card, which is a blob. */
    card: z.string().regex(/^[0-9a-f]{64}$/),
    binding: z.string(),
    session: z.string(),
  }),
  z.strictObject({ type: z.literal("agent.approved"), by: z.string() }),
  z.strictObject({ type: z.literal("agent.left"), session: z.string() }),
  z.strictObject({
    type: z.literal("agent.lost"),
    session: z.string(),
    silentMs: z.int().nonnegative(),
  }),
  z.strictObject({ type: z.literal("agent.fenced"), session: z.string(), by: z.string() }),
  /** Calls of past nights were put to it, outside of any night; `report` is the blob of the table. */
  z.strictObject({
    type: z.literal("agent.tried"),
    by: z.string(),
    calls: z.int().nonnegative(),
    passed: z.int().nonnegative(),
    report: z.string().regex(/^[0-9a-f]{64}$/),
  }),
]);
export type AgentEvent = z.infer<typeof AgentEvent>;

export type AgentCommand =
  | {
      type: "agent.join";
      name: string;
      standing: Standing;
      skills: string[];
      card: string;
      binding: string;
      session: string;
    }
  | { type: "agent.approve"; by: string }
  | { type: "agent.leave"; session: string }
  | { type: "agent.lose"; session: string; silentMs: number }
  | { type: "agent.try"; by: string; calls: number; passed: number; report: string };
