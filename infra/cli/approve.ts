import type { Approval } from "../approve.ts";
import { findReview } from "./lookup.ts";
import { session } from "./session.ts";
import { EXIT, printJson, tell } from "./terminal.ts";

/** `nightshift approve`: merges what waits, after the repository's tests on the merged tree. */
export function approve(word: string, { json }: { json?: boolean }) {
  return session(async (house) => {
    const { attempt } = await findReview(house, word);
    if (!json) tell("quiet", "Merging, and testing the merged tree …");
    // It brings git, the sandbox and the checks along: only a merge waits for them.
    const { approveAttempt } = await import("../approve.ts");
    const approval = await approveAttempt(house, attempt);
    if (json) printJson({ attempt, ...approval });
    else said(attempt, approval);
    return approval.status === "merged" ? EXIT.ok : EXIT.failed;
  });
}

const SHORT_COMMIT = 10;

function said(attempt: string, approval: Approval): void {
  switch (approval.status) {
    case "merged": {
      const { target, commit, edited } = approval;
      const yours = edited ? ", with what you changed on its branch" : "";
      tell("good", `Merged into ${target} at ${commit.slice(0, SHORT_COMMIT)}${yours}.`);
      return;
    }
    case "conflict":
    case "regression": {
      const why =
        approval.status === "conflict" ? "it does not merge" : "the merged tree fails its tests";
      tell("bad", `Not merged: ${why}. ${approval.detail}`);
      tell("plain", `  mend it on ${approval.branch}, then: nightshift approve ${attempt}`);
      return;
    }
  }
}
