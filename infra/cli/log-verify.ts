import { pathsOf } from "../config/paths.ts";
import { verifyLog } from "../log/sqlite/verify.ts";
import { EXIT, printJson, tell, verb } from "./terminal.ts";

/** `nightshift log verify`: is the log as it was written? */
export function logVerify({ json }: { json?: boolean }) {
  return verb(async () => {
    const result = await verifyLog(pathsOf(process.env).log);
    if (json) printJson(result);
    else {
      for (const { stream, revision, position, why } of result.broken) {
        tell("bad", `event ${position}, ${stream} revision ${revision}: ${why}`);
      }
      const { events, streams, rootsChecked } = result;
      const what = `${events} events in ${streams} streams, ${rootsChecked} sealed nights`;
      tell(result.ok ? "good" : "bad", result.ok ? `As written: ${what}.` : `Changed: ${what}.`);
    }
    return result.ok ? EXIT.ok : EXIT.failed;
  });
}
