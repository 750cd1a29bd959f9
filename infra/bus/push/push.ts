import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { A2A_VERSION, type PushConfig } from "@nightshift/protocol/a2a";
import { DAY_MS } from "@nightshift/protocol/clock";
import { Refusal } from "@nightshift/protocol/errors";
import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import type { Caller } from "../caller.ts";
import { allowing, checkAddress, type AllowsHost } from "../http/addresses.ts";
import { Courier, type CourierOptions } from "./courier.ts";
import { Following, type Agents } from "./following.ts";
import { PushStore, type Subscription } from "./push-store.ts";

/** Whose call it is about, and the agent that works on it. */
type About = { agent: string; caller: Caller; served: Agents };

/** Posts the events of calls to where their callers want them: A2A's push notifications. */
export interface Push {
  /**
   * @param fromTheStart Posts what has happened already, too: of a call that has just begun.
   * @throws RpcFailure -32001 for a call that is not the caller's, -32602 for an address that may not
   *   be posted to, -32050 when there are too many.
   */
  create(config: PushConfig, about: About, fromTheStart?: boolean): Promise<PushConfig>;
  get(asked: { taskId: string; id: string }, about: About): Promise<PushConfig>;
  list(asked: { taskId: string }, about: About): Promise<{ configs: PushConfig[] }>;
  remove(asked: { taskId: string; id: string }, about: About): Promise<null>;
  /** Goes on after a restart, with the calls of every agent that is here again. */
  resume(agents: Agents, isHere: (agent: string) => boolean): void;
  close(): Promise<void>;
}

export type PushOptions = {
  /** A file of the state folder; kept in memory without. */
  path?: string;
  /** Hosts that may be posted to though their address is a private one. */
  allowedHosts?: readonly string[];
  retry?: Partial<Pick<CourierOptions, "triesMax" | "firstMs" | "longestMs">>;
  onGivenUp?: CourierOptions["onGivenUp"];
};

const PER_TASK_MAX = 10;
const PER_OWNER_MAX = 1_000;
/** How long a subscription can be looked at after its call ended. */
const KEPT_MS = DAY_MS;
/** Eight tries: two to four minutes, by how long each waits for its answer. */
const retryDefault = { triesMax: 8, firstMs: 1_000, longestMs: 300_000 };

type Office = { store: PushStore; courier: Courier; following: Following };

/** Opens nothing before the first config: a house that nobody asks to post keeps no file for it. */
export function createPush(options: PushOptions = {}): Push {
  const { path, allowedHosts = [] } = options;
  const allows = allowing(allowedHosts);
  let opened: Office | undefined;
  const office = () => (opened ??= openOffice(options, allows));

  function one(about: About, { taskId, id }: { taskId: string; id: string }): Subscription {
    const found = mine(office(), about, taskId).find(({ config }) => config.id === id);
    if (!found) throw new RpcFailure(codes.taskNotFound, "no such push notification config");
    return found;
  }

  return {
    async create(given, about, fromTheStart = false) {
      checkUrl(given.url, allows);
      await checkTask(given.taskId, about);
      const { tenant: _, ...kept } = given;
      const config = { ...kept, id: given.id ?? randomUUID() };
      const { isNew, subscription } = put(office(), about, config);
      const from = fromTheStart ? -1 : undefined;
      if (isNew) office().following.start(subscription, about.served, from);
      return config;
    },
    async get(asked, about) {
      await checkTask(asked.taskId, about);
      return one(about, asked).config;
    },
    async list({ taskId }, about) {
      await checkTask(taskId, about);
      return { configs: mine(office(), about, taskId).map(({ config }) => config) };
    },
    async remove(asked, about) {
      await checkTask(asked.taskId, about);
      const { key } = one(about, asked);
      office().following.stop(key);
      office().store.remove(key);
      return null;
    },
    resume(agents, isHere) {
      if (!opened && (path === undefined || !existsSync(path))) return;
      const { store, courier, following } = office();
      for (const subscription of store.open()) {
        const { key, agent, endedAtMs, lastSeq } = subscription;
        courier.wake(key);
        if (endedAtMs !== null || !isHere(agent) || following.has(key)) continue;
        following.start(subscription, agents, lastSeq);
      }
    },
    async close() {
      opened?.following.close();
      await opened?.courier.close();
      opened?.store.close();
    },
  };
}

function openOffice({ path, onGivenUp, retry }: PushOptions, allows: AllowsHost): Office {
  const now = () => Date.now();
  const store = new PushStore(path);
  store.prune(now() - KEPT_MS);
  const stop: CourierOptions["onGivenUp"] = (subscription, reason) => {
    following.stop(subscription.key);
    onGivenUp?.(subscription, reason);
  };
  const how = { ...retryDefault, ...retry, store, allows, onGivenUp: stop, now };
  const courier = new Courier(how);
  const following = new Following({ store, courier, onGivenUp, now });
  return { store, courier, following };
}

function mine({ store }: Office, { agent, caller }: About, task: string): Subscription[] {
  return store.of(agent, caller.name, task);
}

/** @throws RpcFailure -32050. */
function put(office: Office, about: About, config: PushConfig & { id: string }) {
  const { agent, caller } = about;
  const { standing, name: owner } = caller;
  const known = mine(office, about, config.taskId);
  const isNew = !known.some((one) => one.config.id === config.id);
  const isFull = known.length >= PER_TASK_MAX || office.store.count(owner) >= PER_OWNER_MAX;
  if (isNew && isFull) throw new RpcFailure(codes.busy, "too many push notification configs");
  const subscription = office.store.put({ agent, owner, standing, config, lastSeq: -1 });
  return { isNew, subscription };
}

/** @throws RpcFailure -32602. */
function checkUrl(url: string, allows: AllowsHost): void {
  try {
    checkAddress(new URL(url), allows);
  } catch (error) {
    const why = error instanceof Refusal ? error.message : "not an address";
    throw new RpcFailure(codes.invalidParams, why, undefined, { cause: error });
  }
}

/** @throws RpcFailure -32001 for a call that is not this caller's. */
async function checkTask(id: string, { agent, caller, served }: About): Promise<void> {
  const params = { tenant: agent, id };
  await served.answer({ method: "GetTask", params, version: A2A_VERSION }, caller);
}
