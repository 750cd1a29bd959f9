import { inFile, type Tooth } from "../tooth.ts";

const FOREIGN = "tests/gateway/eventstore-foreign.test.ts";
const GROUPS = "tests/gateway/eventstore-groups.test.ts";
const OFFICIAL = "tests/gateway/eventstore-official.test.ts";
const access = inFile("infra/log/gateway/access.ts", FOREIGN);
const file = "infra/log/gateway/foreign/foreign.test.ts";
const writer = inFile("infra/log/gateway/foreign/writer.ts", file);
const group = inFile("infra/log/gateway/groups/group.ts", "infra/log/gateway/groups/group.test.ts");

/** Streams of others keep to their rules and off the house's; groups lose nothing. */
export const lodgerTeeth: readonly Tooth[] = [
  access(
    "I11: a lodger meets the streams that it was granted and no other",
    "return stream === null || (isForeign(stream) && isGranted(subjectOf(stream)));",
    "return true;",
  ),
  inFile("infra/log/gateway/access.ts", "tests/gateway/eventstore-client.test.ts")(
    "I11: whoever has no name is no lodger, and is handed nothing of the house as one",
    "!isNobody() && ",
    "",
  ),
  access(
    "I9: streams of the house are deleted and ruled by nobody",
    "if (isForeign(stream) && (isHouseNow()",
    "if (true && (isHouseNow()",
  ),
  inFile("infra/log/gateway/foreign/stream-rules.ts", FOREIGN)(
    "I11: an access list keeps off whom it does not name",
    "return names.includes(actor.name) || names.includes(actor.role) || names.includes(EVERYBODY);",
    "return true;",
  ),
  inFile("infra/log/gateway/proposal.ts", FOREIGN)(
    "I11: types of the server's own are written by the server",
    'const isReserved = isMeta ? type !== METADATA_TYPE : type.startsWith("$");',
    "const isReserved = false;",
  ),
  writer(
    "I9: a stream with a tombstone is gone for good",
    "if (isGone) throw streamDeleted(stream);",
    "",
  ),
  writer(
    "I2: who believes another number of events of a stream of others is refused",
    'if (kind === "count" && count !== next) throw new WrongRevision(next);',
    "",
  ),
  writer(
    "I8: a full disk is told as one, and does not end the gateway's writing",
    "if (!this.#db.isTransaction) throw error;",
    "",
  ),
  inFile("infra/log/gateway/foreign/file.ts", file)(
    "I9: streams of others have one keeper",
    'db.exec("PRAGMA locking_mode = EXCLUSIVE");',
    "",
  ),
  group(
    "I10: a group's mark never passes what is not answered",
    "for (const { place } of this.#owed) return Math.min(looked, place - 1);",
    "",
  ),
  group(
    "I10: what cannot be set aside goes round",
    "if (this.#fate.park(message, reason)) this.#drop(message);",
    "if (this.#fate.park(message, reason) || true) this.#drop(message);",
  ),
  group(
    "I8: groups share one memory",
    "return size === 0 || this.#memory.hasRoom;",
    "return true;",
  ),
  inFile("infra/log/gateway/groups/running-group.ts", OFFICIAL)(
    "I8: a replay ends: what is set aside after it waits for the next",
    "if (!parked || parked.seq > upTo) {\n        this.#replay.left = 0;\n        break;\n      }",
    "if (!parked) break;",
  ),
  inFile("infra/log/gateway/groups/groups.ts", GROUPS)(
    "I11: a group is its maker's",
    "if (caller.name !== owner) {",
    "if (false) {",
  ),
  inFile("infra/log/gateway/groups/groups.ts", "tests/gateway/regrant.test.ts")(
    "I11: a group of the house's log outlives no role that may read it",
    'if (log === "house" && caller.isLodger()) {',
    "if (false) {",
  ),
  inFile("infra/log/gateway/groups/groups.ts", "infra/log/gateway/groups/groups.test.ts")(
    "I8: nobody waits at a group that has ended",
    "if (group.isClosed) {",
    "if (false) {",
  ),
  inFile("infra/log/gateway/groups/groups.ts", "infra/log/gateway/groups/groups.test.ts")(
    "a change of a group that cannot be written down changes nothing",
    'this.#context.foreign.groups.keep({ ...record, reached: from(group.standing.reached) });\n    this.#end(group, "its settings have changed", true);',
    'this.#end(group, "its settings have changed", true);\n    this.#context.foreign.groups.keep({ ...record, reached: from(group.standing.reached) });',
  ),
  inFile("infra/log/gateway/groups/running-group.ts", GROUPS)(
    "I10: how far a group is outlives kill -9",
    "this.#file.reach(this.record.key, reached);",
    "",
  ),
];
