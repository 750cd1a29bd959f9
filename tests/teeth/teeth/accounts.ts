import { inFile, type Tooth } from "../tooth.ts";

const account = inFile("blackboard/account.ts", "blackboard/account.test.ts");
const pacing = inFile(
  "agents/dispatcher/accounts/pacing.ts",
  "agents/dispatcher/accounts/pacing.test.ts",
);
const room = inFile(
  "agents/dispatcher/accounts/account-room.ts",
  "agents/dispatcher/accounts/account-room.test.ts",
);
const resume = inFile(
  "agents/dispatcher/accounts/resume.ts",
  "agents/dispatcher/accounts/account-room.test.ts",
);
const release = inFile(
  "agents/dispatcher/release.ts",
  "agents/dispatcher/accounts/account-room.test.ts",
);
const governor = inFile("agents/dispatcher/governor.ts", "agents/dispatcher/recover.test.ts");
const usage = inFile("projections/account-usage.ts", "projections/account-usage.test.ts");
const ring = inFile("infra/workers/models/key-ring.ts", "infra/workers/models/key-ring.test.ts");
const windows = inFile("infra/workers/models/windows.ts", "infra/workers/models/windows.test.ts");
const schedule = inFile("agents/dispatcher/schedule.ts", "agents/dispatcher/schedule.test.ts");
const awake = inFile("infra/awake.ts", "infra/awake.test.ts");
const clock = inFile("infra/clock.ts", "infra/clock.test.ts");
const lines = inFile(
  "infra/workers/models/profiles.ts",
  "infra/workers/models/profile-lines.test.ts",
);
const tap = inFile(
  "infra/workers/coding-agents/tap/tap.ts",
  "infra/workers/coding-agents/tap/tap.test.ts",
);
const first = inFile("infra/cli/first-night.ts", "infra/cli/first-night.test.ts");

/** Windows, reserves, limits and keys (H2, G1, G2, G3, C13, E2). */
export const accountTeeth: readonly Tooth[] = [
  account(
    "E2: one outage is one hold, however many workers meet it",
    'reason === "network" ? NETWORK_STORM_MS : 0',
    "0",
  ),
  account(
    "H2: what is known is told when it changes, and once",
    "same(state.known, windows) ? [] :",
    "false ? [] :",
  ),
  pacing("H2: what is kept for the director's day stays free", "100 - kept -", "100 -"),
  pacing("H2: what runs counts as used", "/ factor - promised;", "/ factor;"),
  pacing(
    "G3: a week keeps most of what later nights are due",
    "return owed + 100 * (1 - keepShare) * later * settings.windowLaterShare;",
    "return owed;",
  ),
  pacing(
    "H2: nobody guesses what a token takes",
    "if (free > 0 && open.size === 0)",
    "if (free > 0)",
  ),
  pacing("H2: an overshoot is expected again", "Math.max(1, ...takenShares)", "1"),
  room(
    "H2: an account without room is not worked with",
    'if (room.status === "open") return { tokens: room.tokens };',
    "return { tokens: null };",
  ),
  resume(
    "G1: going on after a reset has to be asked for",
    "Math.max(resumeUntilMs ?? 0, clock.now() + sitsOutMs)",
    "Number.POSITIVE_INFINITY",
  ),
  resume("E2: a network that stays away ends no night", "isOutage ? OUTAGE_LOOK_MAX_MS : 0", "0"),
  inFile("protocol/settings.ts", "blackboard/account.test.ts")(
    "E2: the shortest hold is longer than one storm",
    "fixed(60_000, 60_000, 3_600_000",
    "fixed(60_000, 10_000, 3_600_000",
  ),
  release(
    "E2: a lost network is no limit of the account",
    'if (why === "network") {',
    "if (false) {",
  ),
  release(
    "E2: a network that stays away is looked for less often",
    "2 * (heldUntilMs - heldFromMs)",
    "networkHoldMs",
  ),
  governor(
    "I3: who died before asking anyone gives all of it back",
    'return isUnasked ? "nothing" : null;',
    "return null;",
  ),
  usage(
    "H2: what was settled after an observation counts",
    "window.tokensSince += tokens;",
    "window.tokensSince += 0;",
  ),
  usage(
    "G3: use is remembered for as long as a window may be",
    "const HOURS_KEPT = WINDOW_HOURS_MAX + 1;",
    "const HOURS_KEPT = 8 * 24;",
  ),
  usage(
    "H2: nothing is learned while others work",
    "if (atMs - before.seenAtMs > PAIR_GAP_MAX_MS ||",
    "if (",
  ),
  ring("C13: keys take turns", "keys[turn++ % keys.length]", "keys[tried]"),
  ring("C13: a key at its limit rests", "key.restsUntilMs > clock.now() ||", ""),
  ring(
    "C13: no key is asked for more than it grants",
    "|| key.requests >= requestsMax) continue",
    ") continue",
  ),
  tap(
    "E2: an agent CLI that reaches nobody has lost the network",
    'tapped.limit ??= { resetsAtMs: null, why: "network" };',
    "",
  ),
  schedule("F1: slot after slot of a clock begins its batch", "lastMs ?? nowMs;", "nowMs;"),
  awake("E2: the machine is kept awake", "if (!command || !path)", "if (command)"),
  clock("E2: a wait is meant by the clock on the wall", "Math.min(left, lookMs)", "left"),
  lines(
    "D37: the director's own lines of models go before ours",
    "[...own, ...shippedLines()]",
    "[...shippedLines(), ...own]",
  ),
  first(
    "B1: where nobody could confirm it, a first night assumes nothing",
    "if (!yes && !isAttended()) return null;",
    "",
  ),
  windows("H2: what has passed is not believed", "return isPast ? [] :", "return false ? [] :"),
];
