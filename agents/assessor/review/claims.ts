import type { Verified } from "@nightshift/protocol/attempt";
import { type Claim, CLAIM_CHARS_MAX } from "@nightshift/protocol/claim";
import type { TaskSpec } from "@nightshift/protocol/task";

/**
 * What of an attempt no command has shown and reading may: the claims of its task, then the checks
 * that stayed open. None where a check fails, for that decides, and none of tests: only running
 * them tells.
 * @param claimsMax Claims that one reviewer is asked about; a task's own always fit.
 */
export function claimsOf(
  { claims = [] }: Pick<TaskSpec, "claims">,
  { verdict, checks }: Pick<Verified, "verdict" | "checks">,
  claimsMax: number,
): Claim[] {
  if (verdict === "fail") return [];
  const open = checks.filter(({ outcome, kind }) => outcome === "unverifiable" && kind !== "tests");
  const asked: Claim[] = [
    ...claims.map((text): Claim => ({ text, source: "task" })),
    ...open.map(({ name, detail }): Claim => {
      const text = `"${name}" holds, although it could not be shown: ${detail}`;
      return { text: text.slice(0, CLAIM_CHARS_MAX), source: "check" };
    }),
  ];
  const texts = asked.map(({ text }) => text);
  return asked.filter(({ text }, at) => texts.indexOf(text) === at).slice(0, claimsMax);
}
