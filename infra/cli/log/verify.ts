import { readPlaces } from "../../config/places.ts";
import { isCluster } from "../../log/place.ts";
import { verifyLog, type Verdict } from "../../log/sqlite/verify.ts";
import { EXIT, printJson, tell, verb } from "../terminal.ts";

/** `nightshift log verify`: is the log as it was written? */
export function logVerify({ json }: { json?: boolean }) {
  return verb(async () => {
    const verdict = await verdictOn((await readPlaces(process.env)).paths.log);
    if (json) printJson(verdict);
    else tellVerdict(verdict);
    return verdict.ok ? EXIT.ok : EXIT.failed;
  });
}

async function verdictOn(log: string): Promise<Verdict> {
  if (!isCluster(log)) return verifyLog(log);
  const { openCluster } = await import("../../log/kurrent/open.ts");
  const { verifyCluster } = await import("../../log/kurrent/verify.ts");
  const store = await openCluster(log);
  try {
    return await verifyCluster(store);
  } finally {
    await store.close();
  }
}

/** What does not fit, one line each, and what was looked at. */
export function tellVerdict({ ok, broken, events, streams, rootsChecked }: Verdict): void {
  for (const { stream, revision, position, why } of broken) {
    const event = position === null ? [] : [`event ${position}`];
    const place = stream === null ? event : [...event, `${stream} revision ${revision}`];
    tell("bad", place.length === 0 ? why : `${place.join(", ")}: ${why}`);
  }
  const what = `${events} events in ${streams} streams, ${rootsChecked} sealed nights`;
  tell(ok ? "good" : "bad", ok ? `As written: ${what}.` : `Changed: ${what}.`);
}
