import type { Peer } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { skills, type SkillInput, type SkillOutput } from "@nightshift/protocol/skills";
import type { TaskSpec } from "@nightshift/protocol/task";
import { connect, type Ending } from "../bus/client.ts";
import { inClone } from "./clone.ts";

/** An agent of one craft, as its builder writes it: what it takes, what it asks, what it does. */
export type Specialist = {
  /** `[a-z0-9-]`, at most 40: the name that its invitation was given to. */
  name: string;
  description: string;
  /** Whether it bids for a task. */
  takes(spec: TaskSpec): boolean;
  bid: { model: string; priceMicroUsd: number; etaMs: number };
  /**
   * Does a task by changing files in a folder of its own, at the commit the task begins from; what
   * changed is committed and handed in. Changing nothing tells that there is nothing to do.
   */
  work(folder: string, job: Job): Promise<void>;
};

/** A task, and what came of earlier tries at it. */
export type Job = Pick<SkillInput<"implement">, "spec" | "critique" | "guidance"> & {
  signal: AbortSignal;
  /** Tells the house that work goes on. */
  progress: (note: string) => void;
};

/** The specialist as the bus knows agents: it bids, and it implements. */
function specialistPeer(specialist: Specialist): Peer {
  const { name, description, bid } = specialist;
  return {
    card: { name, description, version: "1", skills: ["bid", "implement"] },
    async handle(skill, input, call) {
      if (skill === "bid") {
        const asked = skills.bid.input.parse(input);
        const wants = asked.skill === "implement" && specialist.takes(asked.spec);
        const terms = { family: name, account: name, tier: "small" as const };
        return { bids: wants ? [{ ...bid, ...terms }] : [] } satisfies SkillOutput<"bid">;
      }
      const asked = skills.implement.input.parse(input);
      const { signal } = call;
      const { spec, critique, guidance } = asked;
      const progress = (note: string) => call.progress(note);
      return inClone(asked, { name, signal }, (folder) =>
        specialist.work(folder, { spec, critique, guidance, signal, progress }),
      );
    },
  };
}

/**
 * Joins the house whose address and token are in the environment (NIGHTSHIFT_HUB, NIGHTSHIFT_TOKEN),
 * and works until it is sent away. @throws BadInput where they are missing.
 */
export async function join(specialist: Specialist): Promise<Ending> {
  const { NIGHTSHIFT_HUB: url, NIGHTSHIFT_TOKEN: token } = process.env;
  if (!url || !token) {
    const mend = `nightshift agents invite ${specialist.name}, then set both and start it again`;
    throw new BadInput("NIGHTSHIFT_HUB or NIGHTSHIFT_TOKEN is not set", specialist.name, mend);
  }
  const leaving = new AbortController();
  process.once("SIGTERM", () => leaving.abort());
  process.once("SIGINT", () => leaving.abort());
  const peer = specialistPeer(specialist);
  return (await connect({ url, token, peer, signal: leaving.signal })).closed;
}
