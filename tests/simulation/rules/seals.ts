import type { NightPlan, RepoPlan } from "@nightshift/agents/dispatcher/ports";
import { boundsOf } from "@nightshift/protocol/settings";
import { idOf } from "@nightshift/protocol/ids";
import type { Rule, Tell } from "./rule.ts";

const SELF = "self_improvement";

/** I5: neither a task nor evolution changes the gate, the constitution's settings or the 15 % cap. */
export function seals(plan: NightPlan, repo: RepoPlan, tell: Tell): Rule {
  const own = new Set<string>();
  let share: number | null = null;
  return {
    see({ stream, event, position }) {
      const at = `${event.type} at ${position}`;
      switch (event.type) {
        case "attempt.started": {
          const { settings } = plan;
          const wanted = {
            scoreMin: settings.gateScoreMin,
            truncationPenalty: settings.gateTruncationPenalty,
            evidenceCap: settings.gateEvidenceCap,
            policy: repo.policyByCategory[event.category] ?? repo.policy,
            sealed: repo.sealed,
            sandbox: repo.sandbox,
          };
          for (const [rule, value] of Object.entries(wanted)) {
            const found: unknown = Object.entries(event.rules).find(([name]) => name === rule)?.[1];
            if (JSON.stringify(found) !== JSON.stringify(value)) tell(`${at}: ${rule} is ${found}`);
          }
          if (event.category === SELF) own.add(idOf(stream));
          return;
        }
        case "policy.proposed": {
          const { evolvable, min, max, default: usual } = boundsOf(event.key);
          if (!evolvable) tell(`${at} changes ${event.key}`);
          const to = Number(event.to);
          if (!(to >= min && to <= max)) tell(`${at} moves ${event.key} to ${event.to}`);
          if (Number.isInteger(usual) && !Number.isInteger(to))
            tell(`${at}: ${event.key} is ${to}`);
          return;
        }
        case "allocation.adjusted": {
          const next = event.weights[SELF] ?? 0;
          if (next > 0.15) tell(`${at} gives self-improvement ${next}`);
          if (share !== null && event.loop !== "director" && next !== share) {
            tell(`${at} moves self-improvement from ${share} to ${next}`);
          }
          share = next;
          return;
        }
        case "repo.merge-intended":
          if (own.has(event.attempt) && event.approvedBy === "gate") {
            tell(`${at}: self-improvement without a person`);
          }
          return;
      }
    },
  };
}
