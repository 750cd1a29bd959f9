import { randomUUID } from "node:crypto";
import { answersOf, rpcSubject } from "@nightshift/protocol/subjects";
import { connect, headers, type Msg, type NatsConnection } from "@nats-io/transport-node";

/** A caller whose frames a test writes by hand, with the client library and no code of the bus. */
export type RawCaller = {
  readonly nc: NatsConnection;
  /** Sends text as it is; resolves with the frames that came for it until nothing more came. */
  say(text: string, how?: Saying): Promise<unknown[]>;
  close(): Promise<void>;
};

type Saying = {
  /** Frames to wait for; all that come within a moment of silence where it is left out. */
  frames?: number;
  version?: string | null;
  /** Where answers are to go. */
  reply?: string;
  agent?: string;
};

const SILENCE_MS = 60;
const WALL_MS = 5_000;

export async function rawCaller(url: string, name: string): Promise<RawCaller> {
  const nc = await connect({ servers: url.replace("nats://", ""), name });
  return {
    nc,
    async say(text, { frames = 0, version = "1.0", agent = "bidder", reply } = {}) {
      const mine = `${answersOf(name, agent)}.x.${randomUUID()}`;
      const came: unknown[] = [];
      let wake = Promise.withResolvers<void>();
      const callback = (_error: Error | null, message: Msg) => {
        came.push(message.data.length === 0 ? null : JSON.parse(message.string()));
        wake.resolve();
        wake = Promise.withResolvers();
      };
      const listening = nc.subscribe(mine, { callback });
      const beside = headers();
      if (version !== null) beside.set("A2A-Version", version);
      nc.publish(rpcSubject(agent, name), text, { reply: reply ?? mine, headers: beside });
      await nc.flush();
      const patienceMs = frames > 0 ? WALL_MS : SILENCE_MS;
      const wanted = frames > 0 ? frames : Number.POSITIVE_INFINITY;
      while (came.length < wanted) {
        const isQuiet = await Promise.race([wake.promise.then(() => false), silence(patienceMs)]);
        if (isQuiet) break;
      }
      listening.unsubscribe();
      return came;
    },
    close: () => nc.close(),
  };
}

function silence(ms: number): Promise<true> {
  return new Promise((resolve) => setTimeout(() => resolve(true), ms));
}
