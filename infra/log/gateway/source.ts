import type { Caller } from "./access.ts";
import type { GatewayContext } from "./gateway.ts";
import { isForeign } from "./foreign/names.ts";
import type { Matches, ServedLog } from "./served-log.ts";

/** Something that wakes whoever waits for events of a log. */
interface Wakes {
  next(): Promise<void>;
  ring(): void;
  join(): void;
  leave(): void;
}

/** Where what a caller reads is kept. */
export type Source = {
  name: LogName;
  log: ServedLog;
  bell: Wakes;
  /** What of all streams the caller is shown. */
  shown: Matches;
  /** @throws Fault `access-denied` once the caller may not read it any more. */
  mustRead(): void;
};
export type LogName = "house" | "foreign";

/**
 * The log that holds a stream. All streams (null) are those of the caller's own log: the house's,
 * and for a lodger those of the others, of which it is shown what it may read.
 * @throws Fault `access-denied`.
 */
export function sourceOf(
  stream: string | null,
  caller: Caller,
  { log, bell, foreign }: Pick<GatewayContext, "log" | "bell" | "foreign">,
): Source {
  const isOthers = stream === null ? caller.isLodger() : isForeign(stream);
  if (!isOthers) {
    const mustRead = () => caller.mustRead(stream);
    mustRead();
    return { name: "house", log, bell, shown: () => true, mustRead };
  }
  const mustRead = () => {
    caller.mustRead(stream);
    if (stream !== null) foreign.mustRead(stream, caller.actor());
  };
  mustRead();
  const shown: Matches = (name) => caller.mayRead(name) && foreign.mayRead(name, caller.actor());
  return { name: "foreign", log: foreign.log, bell: foreign.bell, shown, mustRead };
}
