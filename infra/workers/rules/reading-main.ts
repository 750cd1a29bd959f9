import { breaksIn } from "@nightshift/agents/verifier/breaks";
import { unreadable } from "@nightshift/agents/verifier/rule-reader";
import { endWithParent } from "../../orphan-watch.ts";
import { Asked, type Answered } from "./messages.ts";

/**
 * A process that reads files by the rules of the constitution, one after the other. Started by
 * `reading-process.ts`; ends when its parent does.
 */

/** Most letters of the breaks of one file; their texts may lie within each other. */
const TOLD_CHARS_MAX = 16_000_000;

endWithParent();
process.on("disconnect", () => process.exit(0));
process.on("message", (message) => {
  process.send?.(answer(Asked.parse(message)));
});

function answer({ hosts, ...file }: Asked): Answered {
  const findings = breaksIn(file, new Set(hosts));
  const chars = findings.reduce((sum, finding) => sum + finding.text.length, 0);
  if (chars > TOLD_CHARS_MAX) return { findings: [unreadable("it breaks too much to be told")] };
  return { findings };
}
