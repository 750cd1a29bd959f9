import type { Standing } from "@nightshift/protocol/agent";
import { NightCard } from "@nightshift/protocol/skills";
import { heartbeatSubject, inboxPrefix } from "@nightshift/protocol/subjects";

/** Who leads: it keeps the streams, gives work out, and alone may do either. */
const KEEPER = "dispatcher";

/** A name, the public half of its key, and whose it is. */
export type KeyHolder = { name: string; publicKey: string; standing: Standing };

type Permissions = { publish: string[]; subscribe: string[] };

/** The lines for nats.conf: everyone may do what his part needs, and nothing else. */
export function authorizationOf(holders: readonly KeyHolder[]): string {
  const users = holders.map((holder) => userOf(holder));
  return [
    "# Written by `nightshift agents keys`; include it in nats.conf and reload the server.",
    "authorization {",
    "  users: [",
    ...users,
    "  ]",
    "}",
    "",
  ].join("\n");
}

function userOf({ name, publicKey, standing }: KeyHolder): string {
  const { publish, subscribe } =
    name === KEEPER ? ofKeeper() : ofAgent(NightCard.shape.name.parse(name), standing);
  const list = (subjects: string[]) => `[${subjects.map((one) => JSON.stringify(one)).join(", ")}]`;
  return [
    `    { # ${name}, ${standing}`,
    `      nkey: ${publicKey}`,
    "      permissions: {",
    `        publish: { allow: ${list(publish)} }`,
    `        subscribe: { allow: ${list(subscribe)} }`,
    "      }",
    "    }",
  ].join("\n");
}

/**
 * An agent calls under its own name, is called, answers where its callers listen to it, and gives
 * signs of life. The last token of a request is the caller: that is how the one who is called knows
 * who it is. Agents of the house take work from the queue, too. A guest gets nothing that JetStream
 * answers, and no leave to answer wherever a message says: either would let it have the broker speak
 * for it on any subject, that which deletes a stream among them (`keys.test.ts` shows both).
 */
function ofAgent(name: string, standing: Standing): Permissions {
  const talk = {
    publish: [...asking(name), heartbeatSubject(name), `re.v1.*.${name}.>`],
    subscribe: [...asked(name), heartbeatSubject(standing === "house" ? undefined : KEEPER)],
  };
  if (standing === "guest") return talk;
  return {
    publish: [
      ...talk.publish,
      `ev.v1.${name}.work.*.*`,
      `$JS.API.CONSUMER.INFO.TASKS.${name}`,
      `$JS.API.CONSUMER.MSG.NEXT.TASKS.${name}`,
      `$JS.ACK.TASKS.${name}.>`,
      `$JS.API.DIRECT.GET.EVENTS.ev.v1.${name}.work.>`,
    ],
    subscribe: [...talk.subscribe, `${inboxPrefix(name)}.>`],
  };
}

function ofKeeper(): Permissions {
  return {
    publish: [
      ...asking(KEEPER),
      heartbeatSubject(KEEPER),
      `re.v1.*.${KEEPER}.>`,
      "task.v1.>",
      `ev.v1.*.work.${KEEPER}.*`,
      "dlq.v1.>",
      "$JS.API.>",
      "$JS.ACK.>",
      "$KV.bb.>",
    ],
    subscribe: [...asked(KEEPER), heartbeatSubject(), `${inboxPrefix(KEEPER)}.>`],
  };
}

function asking(name: string): string[] {
  return [`a2a.v1.*.rpc.${name}`, `a2a.v1.*.rpc.${name}.*`];
}

function asked(name: string): string[] {
  return [`a2a.v1.${name}.rpc.* ${name}`, `a2a.v1.${name}.rpc.*.*`, `re.v1.${name}.>`];
}
