import type { ContextAsk } from "@nightshift/agents/ports";
import { taskSpec } from "@nightshift/agents/testing/fixtures";

/** An ask of the context engine, about nothing but how large a prompt may be. */
export function contextAsk(change: Partial<ContextAsk> = {}): ContextAsk {
  return {
    repo: "",
    base: "",
    spec: taskSpec({
      title: "Round what thing3Of2 adds up",
      text: "It is off by a cent in `thing10Of4`.",
      success: [],
    }),
    critique: null,
    genes: { contextDepth: 1, scope: "normal" },
    reflections: [],
    guidance: [],
    whole: true,
    instructions: "",
    system: "",
    sources: [],
    capTokens: 20_000,
    scale: null,
    ...change,
  };
}
