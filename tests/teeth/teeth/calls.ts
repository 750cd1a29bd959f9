import { inFile, type Tooth } from "../tooth.ts";

const log = "infra/bus/calls/log";
const rules = inFile("blackboard/call.ts", "blackboard/call.test.ts");
const recorded = inFile(`${log}/recorded-call.ts`, `${log}/call-log.test.ts`);
const calls = inFile(`${log}/call-log.ts`, `${log}/call-log.test.ts`);

const auction = (file: string) =>
  inFile(`agents/dispatcher/${file}`, "agents/dispatcher/choosing/auction.test.ts");

/** Calls that live in the log, and how work is negotiated: one beginning, one end, each number once. */
export const callTeeth: readonly Tooth[] = [
  rules("I2: a call that has ended says nothing more", "if (end) throw", "if (false) throw"),
  inFile(`${log}/recorded-call.ts`, `${log}/replicas.property.test.ts`)(
    "I10: whoever follows a call on a replica hears each number once",
    "next = moment.seq + 1;",
    "next = moment.seq;",
  ),
  recorded(
    "I10: a call whose server died ends as failed",
    'if (known === "alive") return false;',
    'if (known !== "unknown") return false;',
  ),
  calls(
    "I10: the same message is one call on all replicas",
    "JSON.stringify([to, from, message])",
    "JSON.stringify([to, from, message, Math.random()])",
  ),
  calls(
    "I11: a call that is kept is told to its caller alone",
    "call?.request.from === from && call.request.to === to ? call",
    "call ? call",
  ),
  calls(
    "I8: a guest begins a bounded number of calls",
    "const mayBegin = (",
    "const mayBegin = true || (",
  ),
  inFile(`${log}/call-events.ts`, `${log}/call-log.test.ts`)(
    "I12: no secret enters the log by a note",
    "(await maskSecrets(text)).text",
    "text",
  ),
  inFile("infra/bus/sessions.ts", "infra/bus/hub-sessions.test.ts")(
    "I2: who comes back with an older epoch is fenced",
    "resume && resume.epoch < newest",
    "resume && resume.epoch < 0",
  ),
  inFile("infra/bus/resuming.ts", `${log}/killed-server.test.ts`)(
    "I10: a stream whose call is kept outlives its socket",
    "ask = rest;",
    "throw error;",
  ),
  auction("choosing/guest-bids.ts")(
    "I11: a guest's model has a track record of its own",
    "model: guestModel(agent, bid.model),",
    "model: bid.model,",
  ),
  auction("choosing/guest-bids.ts")(
    "I11: a guest is not forced upon work by its own word",
    'tier: "small" as const,',
    "",
  ),
  auction("choosing/guest-bids.ts")(
    "I8: three bids of a guest are heard",
    ".slice(0, GUEST_BIDS_MAX)",
    "",
  ),
  auction("guest-work.ts")(
    "I11: a guest does not say which model did its work",
    "...facts, model, family: guestFamily(agent) }",
    "...facts }",
  ),
  auction("choosing/award.ts")(
    "I9: every bid is an event",
    "await recordBids(night, attempt, routed, all);",
    "",
  ),
  inFile("agents/dispatcher/dispatcher.ts", "agents/dispatcher/dispatcher.test.ts")(
    "I8: a guest proposes a bounded number of tasks a night",
    "!tasks.has(task) && tasks.size >= most",
    "false",
  ),
  inFile("infra/specialist/trial/trial.ts", "infra/cli/agents/try.test.ts")(
    "I11: who is tried works in a copy",
    "repo: { ...past.input.repo, path: folder } };",
    "repo: past.input.repo };",
  ),
];
