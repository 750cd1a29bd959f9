import { inFile, type Tooth } from "../tooth.ts";

const shift = inFile("blackboard/shift.ts", "blackboard/shift.test.ts");
const account = inFile("blackboard/account.ts", "blackboard/account.test.ts");
const brake = inFile("blackboard/brake.ts", "blackboard/brake.test.ts");
const agent = inFile("blackboard/agent.ts", "blackboard/agent.test.ts");

/** Who leads, which accounts wait, when the night stops, and who is on the bus (I2, I7, D34). */
export const leadTeeth: readonly Tooth[] = [
  shift("I2: nobody takes the lead from who is alive", 'incumbent === "alive" ||', "false ||"),
  shift(
    "I2: who may still be alive leads until the lease is over",
    "nowMs - state.aliveAtMs < leaseMs",
    "false",
  ),
  shift("I2: each election is a later epoch", "epoch: state.epoch + 1", "epoch: 1"),
  shift("I2: an older epoch changes nothing of a shift", "fence(state.epoch, command.epoch);", ""),
  shift(
    "I2: an epoch that was never elected leads nothing",
    "command.epoch > state.epoch",
    "false",
  ),
  account(
    "I2: an older epoch changes nothing of an account",
    "fence(state.epoch, command.epoch);",
    "",
  ),
  account(
    "row 11: a limit holds an account once, however many workers meet it",
    "if (unknown || held.untilMs + marginMs >= untilMs) return [];",
    "",
  ),
  account("row 11: an account waits a margin beyond the reset", "reset + marginMs;", "reset;"),
  account("I8: no hold is longer than its maximum", "nowMs + holdMaxMs", "Infinity"),
  account("I7: a limit without a time holds all the same", "nowMs + unknownResetMs", "nowMs"),
  account(
    "row 11: a held account is not opened before its time",
    'held.untilMs > nowMs && by !== "director"',
    "false",
  ),
  brake("D34: the brake never engages on less than a full window", "last.length < window", "false"),
  brake(
    "D34: the brake engages below its threshold alone",
    "if (mean >= threshold) {",
    "if (false) {",
  ),
  brake("D34: a canary that fails latches the brake", "return mean >= threshold", "return true"),
  brake("D34: nobody releases a brake in the canary's name", "by === CANARY", "false"),
  agent("I11: a fenced session does not come back", "fenced.includes(next.session)", "false"),
  agent("I11: a guest takes no name of the house", 'joined?.standing === "house" &&', "false &&"),
  agent("I11: a guest does not approve itself", "command.by === joined.name", "false"),
  agent(
    "I11: another card under an approved name is not approved",
    "joined.card === next.card",
    "true",
  ),
];
