import { inFile, type Tooth } from "../tooth.ts";

const TWIN = "infra/log/kurrent/store.test.ts";
const CLIENT = "tests/gateway/eventstore-client.test.ts";
const writer = inFile("infra/log/kurrent/writer.ts", TWIN);
const store = inFile("infra/log/kurrent/store.ts", TWIN);
const record = inFile("infra/log/kurrent/record.ts", TWIN);
const access = inFile("infra/log/gateway/access.ts", CLIENT);
const proposal = inFile("infra/log/gateway/proposal.ts", CLIENT);
const intake = inFile("infra/log/gateway/writer.ts", CLIENT);
const subscription = inFile("infra/log/gateway/subscription.ts", CLIENT);

/** The log on a cluster keeps its promises, and the gateway lets nobody in by accident. */
export const gatewayTeeth: readonly Tooth[] = [
  writer(
    "I10: an append that is repeated writes nothing, on a cluster too",
    "if (position !== undefined) return await",
    "if (false && position !== undefined) return await",
  ),
  writer(
    "I2: who believes another number of events is refused, before the server is asked",
    "if (notes.count !== revision) throw new Conflict",
    "if (false) throw new Conflict",
  ),
  store(
    "I10: a follower goes on where it was when its connection breaks",
    'if (heard.kind === "event") after = heard.record.position;',
    "",
  ),
  store(
    "I9: an event of somebody else's in a stream of ours is told",
    "if (!record || record.link.revision !== next) throw",
    "if (!record) continue; if (false) throw",
  ),
  record(
    "I11: what others write on a shared cluster is no event of ours",
    "!metadata.success ||",
    "false ||",
  ),
  inFile("infra/log/kurrent/verify.ts", TWIN)(
    "I9: an event that was changed on a cluster shows",
    "linkHashLike(hash, head?.hash ?? CHAIN_START, link) !== hash",
    "false",
  ),
  inFile("infra/log/kurrent/space.ts", TWIN)(
    "I11: logs on one cluster are kept apart",
    "event.streamId.startsWith(prefix)",
    "true",
  ),
  inFile("infra/log/place.ts", "infra/log/place.test.ts")(
    "I12: a password of a connection string is not shown",
    'return where.replace(/^([a-z+]+:\\/\\/).*@/is, "$1");',
    "return where;",
  ),
  access(
    "I11: only the house appends through the gateway",
    'grantNow()?.role === "house"',
    "grantNow() !== undefined",
  ),
  access(
    "I11: whoever comes without a name never appends",
    "const isHouseNow = () => name !== ANONYMOUS && ",
    "const isHouseNow = () => ",
  ),
  access(
    "I11: a guest reads what it was granted and nothing else",
    "return stream !== null && isGranted(subjectOf(stream));",
    "return true;",
  ),
  access(
    "I11: a wrong password opens nothing",
    'if (!opened) throw new Fault("not-authenticated", "no such name and password");',
    "if (!opened) return callerNamed(name, () => grants.named(name));",
  ),
  access(
    "I11: a grant that was taken back ends what is open",
    "now?.hash === opened.hash ? now : undefined",
    "now ?? opened",
  ),
  inFile("infra/log/gateway/grants.ts", "tests/gateway/cli.test.ts")(
    "I12: of a password only the hash is kept",
    'const hash = createHash("sha256").update(password).digest("hex");\n    const grant = { role, hash, streams: [...streams] };',
    'const hash = createHash("sha256").update(password).digest("hex");\n    const grant = { role, hash, streams: [...streams, password] };',
  ),
  proposal(
    "I11: the type that is filtered by is the type of the event",
    "|| event.type !== type",
    "",
  ),
  proposal(
    "I11: an event of a schema that is not written here is refused",
    "if (version !== SCHEMA_VERSION) {",
    "if (false) {",
  ),
  intake(
    "I8: an event is one megabyte at most, and the answer says so",
    "if (length > EVENT_BYTES_MAX) {",
    "if (false) {",
  ),
  intake(
    "I8: an append waits no longer than its caller",
    "if (error instanceof Unavailable && performance.now() >= deadlineMs) {",
    "if (false) {",
  ),
  subscription(
    "I10: a subscription goes on after the place that it names",
    "Math.max(from + 1, first)",
    "Math.max(from, first)",
  ),
  inFile("infra/log/gateway/filter.ts", CLIENT)(
    "I8: a pattern from outside takes linear time",
    'const LINEAR = "l";',
    'const LINEAR = "";',
  ),
  inFile("infra/cli/serve.ts", "tests/gateway/cli.test.ts")(
    "I11: the gateway listens on loopback unless it is told how to be safe",
    "if (isLoopback(host) || cert !== undefined || insecure) return;",
    "return;",
  ),
];
