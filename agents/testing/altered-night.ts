import type { Bus } from "@nightshift/protocol/bus";
import type { SkillName, SkillOutput } from "@nightshift/protocol/skills";
import type { MemoryNight } from "./memory-night.ts";

/** The night's board, for as many claims; more would only repeat what the test is about. */
export function forClaims(night: MemoryNight, claimsMax: number): MemoryNight["board"] {
  let claims = 0;
  return {
    ...night.board,
    async handle(kind, id, command, provenance) {
      if (command.type === "task.claim" && ++claims > claimsMax) throw new Error("enough is seen");
      return night.board.handle(kind, id, command, provenance);
    },
  };
}

/** The night's bus, where the implementer offers what another one did, who is gone. */
export function doingBoth({ ports }: MemoryNight, skill: SkillName, gone: string): Bus {
  const { bus } = ports;
  return {
    ...bus,
    roster: () =>
      bus
        .roster()
        .filter(({ card }) => card.name !== gone)
        .map((member) =>
          member.card.name === "implementer"
            ? { ...member, card: { ...member.card, skills: [...member.card.skills, skill] } }
            : member,
        ),
  };
}

export function assessed(score: number): SkillOutput<"assess"> {
  return {
    status: "assessed",
    assessed: {
      by: "assessor",
      family: "family-c",
      heuristic: score,
      judge: score,
      critique: "Half of it is missing.",
      evidence: "0".repeat(64),
      rubric: "r1",
    },
    spend: {
      model: "judge",
      family: "family-c",
      usage: { inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
      costMicroUsd: 7,
      costKind: "billed",
    },
  };
}
