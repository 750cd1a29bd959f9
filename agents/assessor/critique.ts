import type { Check, Hit } from "@nightshift/protocol/attempt";

const CRITIQUE_CHARS_MAX = 2_000;
const DETAIL_CHARS = 400;
const HITS_NAMED = 5;

/**
 * What the next try has to do better, as instructions (B21, C29): first what was shown to be wrong,
 * which is certain, then what the judge says. At most 2,000 characters.
 */
export function critiqueOf(shown: {
  checks: readonly Check[];
  hits: readonly Hit[];
  truncated: boolean;
  judge: string;
}): string {
  const { checks, hits, truncated, judge } = shown;
  const failing = checks.filter(
    ({ outcome, kind }) => outcome === "fail" && kind !== "constitution",
  );
  const lines = [
    ...(truncated ? ["Give a whole, shorter answer: the last one was cut off."] : []),
    ...hits
      .slice(0, HITS_NAMED)
      .map(({ rule, file, line, excerpt }) => `Remove the ${rule} at ${file}:${line}: ${excerpt}`),
    ...failing.map((check) => `${orderFor(check)} ${check.detail.slice(0, DETAIL_CHARS)}`),
    judge.trim(),
  ];
  const text = lines.filter((line) => line !== "").join("\n");
  return text.slice(0, CRITIQUE_CHARS_MAX);
}

function orderFor({ kind, name }: Check): string {
  switch (kind) {
    case "tests":
      return "Make every test that passed before pass again:";
    case "success":
      return `Make the condition "${name}" hold:`;
    case "sealed":
      return "Leave sealed paths and existing tests as they are:";
    case "scope":
      return "Change nothing outside the task's scope:";
    case "constitution":
      return "Keep to the constitution:";
    case "truncation":
      return "Keep every file whole; give complete files or exact edits:";
    case "secret":
      return "Take the secret out:";
  }
}
