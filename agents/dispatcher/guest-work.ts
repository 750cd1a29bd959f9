import type { SkillOutput } from "@nightshift/protocol/skills";
import type { Try } from "./attempt.ts";
import { guestFamily } from "./choosing/guest-bids.ts";
import { repoOf, type Night } from "./night.ts";

type Answer = SkillOutput<"implement">;

/** Whether an agent is the house's own; of who is not here nobody can say so. */
export function isHouse({ ports }: Night, agent: string): boolean {
  return ports.bus
    .roster()
    .some(({ card, standing }) => card.name === agent && standing === "house");
}

/**
 * An implementer's answer, as far as its word counts. What a guest says of its commit does not: git
 * tells what changed, nobody saw it work in a sandbox, and a limit holds no account but its own.
 */
export async function trusted(
  night: Night,
  { task, spec, critique }: Try,
  awarded: { agent: string; account: string; model: string },
  base: string,
  answer: Answer,
): Promise<Answer> {
  if (isHouse(night, awarded.agent)) return answer;
  if (answer.status === "failed") return answer;
  if (answer.status === "limit") return { ...answer, account: awarded.account };
  const { blobs, workspace } = night.ports;
  const { path } = repoOf(night, spec.repo);
  const { commit, report } = answer.executed;
  const isHere =
    commit !== null &&
    (await workspace.resolve(path, commit)) === commit &&
    (await workspace.contains(path, commit, base));
  if (!isHere || report !== null) {
    const detail = `${awarded.agent} named no commit that is here and stands on the base`;
    return { status: "failed", kind: "unusable-answer", detail, spend: null };
  }
  const { files, text } = await workspace.diff(path, base, commit);
  const asked = await blobs.put(JSON.stringify({ task, spec, critique }));
  const [diff, transcript] = [await blobs.put(text), await blobs.put(JSON.stringify(answer))];
  const { agent, model } = awarded;
  const facts = { files, diff, transcript, sandboxed: false };
  return {
    status: "executed",
    prompted: { ...answer.prompted, blob: asked, model },
    executed: { ...answer.executed, ...facts, model, family: guestFamily(agent) },
  };
}
