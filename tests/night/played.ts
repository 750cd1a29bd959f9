import { detectSandbox } from "@nightshift/infra/workers/sandbox/detect";
import { openRehearsal, type Ran, type Rehearsal } from "@nightshift/infra/sim/rehearsal/rehearsal";
import { eventsOf, stateOf, type RawEvent } from "./kept.ts";
import { descendantsOf } from "./processes.ts";

const LOOK_EVERY_MS = 250;

/** A whole night that was played, and what there is to see of it. */
export type Played = {
  rehearsal: Rehearsal;
  state: string;
  added: Ran;
  ran: Ran;
  events: RawEvent[];
  /** Names of the agents that were seen as processes below the night's. */
  processes: Set<string>;
};

/**
 * An evening and its night, as a director types them; whoever calls closes the rehearsal.
 * @param log The client library that reaches the log, behind a gateway; a file where none is named.
 */
export async function play(seed: number, log?: "esdb" | "kurrentdb"): Promise<Played> {
  const sandbox = "sandbox" in (await detectSandbox()) ? "required" : "off";
  const rehearsal = await openRehearsal({ seed, sandbox, log });
  const added = await rehearsal.nightshift(["add", "--from", "../backlog.yaml"]);
  const processes = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  const ran = await rehearsal.nightshift(["run"], {
    onStart({ pid }) {
      if (pid === undefined) return;
      timer = setInterval(() => {
        for (const { command } of descendantsOf(pid)) {
          const [, name] = / agent ([a-z0-9-]+)$/.exec(command) ?? [];
          if (name !== undefined) processes.add(name);
        }
      }, LOOK_EVERY_MS);
    },
  });
  clearInterval(timer);
  const state = stateOf(rehearsal.stage.root);
  return { rehearsal, state, added, ran, events: eventsOf(state), processes };
}
