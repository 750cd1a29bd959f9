import { inFile, type Tooth } from "../tooth.ts";

const gate = inFile("infra/bus/gate.ts", "infra/bus/hub-wire.test.ts");
const ask = inFile("infra/bus/gate.ts", "infra/bus/in-process.test.ts");
const served = inFile("infra/bus/served.ts", "infra/bus/hub-guests.test.ts");
const door = inFile("infra/bus/door.ts", "infra/bus/hub-door.test.ts");
const upgrade = inFile("infra/bus/upgrade.ts", "infra/bus/hub-door.test.ts");
const sessions = inFile(
  "infra/bus/sessions.ts",
  "infra/bus/hub-door.test.ts",
  "infra/bus/hub-sessions.test.ts",
);
const work = inFile(
  "infra/bus/calls/work.ts",
  "infra/bus/hub-guests.test.ts",
  "infra/bus/delegate.test.ts",
);
const desk = inFile("infra/bus/calls/desk.ts", "infra/bus/in-process.test.ts");

/** Who may come in, and what may be said (I11, step "The bus"). */
export const busTeeth: readonly Tooth[] = [
  gate(
    "I11: nothing but A2A 1.0 passes the gate",
    "if (!checked.success) throw invalid(checked.error);\n    return { method, params: checked.data };",
    "return { method, params: params as never };",
  ),
  ask(
    "I11: an input that breaks its schema reaches no agent",
    "if (!input.success) throw invalid(input.error);",
    "",
  ),
  served(
    "I11: a guest calls what it was granted and nothing else",
    'caller.allowed !== "all" && !caller.allowed.includes(ask.skill)',
    "false",
  ),
  upgrade("I11: nobody comes in without a token", "if (!identity) return", "if (false) return"),
  door(
    "I11: the page of a browser opens no socket",
    "origin !== undefined && !origins.includes(origin)",
    "false",
  ),
  door(
    "I11: a name that was rebound to this machine is not the hub",
    "host === undefined || !hosts.includes(host.toLowerCase())",
    "false",
  ),
  sessions(
    "I11: a token is good for its own name alone",
    "if (card.name !== name) throw",
    "if (false) throw",
  ),
  sessions(
    "I8: who shows no card in time is sent away",
    'const late = setTimeout(() => sendAway(link, "no card came"), hall.limits.joinMs);',
    "const late = setTimeout(() => 0, 1);",
  ),
  sessions(
    "I2: a newer session of a name sends the older one away",
    'older.link.close(closeCodes.fenced, "fenced");',
    "",
  ),
  work(
    "I11: a guest does not learn why an agent failed",
    'standing === "house" ? String(error)',
    'standing !== "none" ? String(error)',
  ),
  work(
    "I11: an answer that breaks its schema is a failure where it is made",
    "if (!checked.success) return failed(",
    "if (output === null) return failed(",
  ),
  inFile("infra/bus/delegate.ts", "infra/bus/delegate.test.ts")(
    "I11: a caller takes no answer that breaks its schema",
    "if (checked.success) return checked.data;",
    "if (checked.success || !checked.success) return data as never;",
  ),
  inFile("infra/bus/calls/desk.ts", "infra/bus/hub-wire.test.ts")(
    "I11: a caller sees its own calls alone",
    "return call.request.from === from ? call : undefined;",
    "return call;",
  ),
  desk("I10: a message that is sent twice is one call", "if (known) return known;", ""),
  inFile("infra/bus/calls/memory-calls.ts", "infra/bus/in-process.test.ts")(
    "I10: an answer is given again, not made again",
    "if (!end || !isAnswer(end)) this",
    "this",
  ),
  inFile("infra/bus/switchboard.ts", "infra/bus/in-process.test.ts")(
    "I11: caller and callee share no object",
    "return JSON.parse(JSON.stringify(value));",
    "return value;",
  ),
];
