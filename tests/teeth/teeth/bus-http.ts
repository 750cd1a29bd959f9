import { inFile, type Tooth } from "../tooth.ts";

const server = inFile("infra/bus/http/server.ts", "infra/bus/http/http-door.test.ts");
const body = inFile("infra/bus/http/body.ts", "infra/bus/http/http-door.test.ts");
const endpoint = inFile(
  "infra/bus/http/rpc-endpoint.ts",
  "infra/bus/strictness.test.ts",
  "infra/bus/http/http-door.test.ts",
);
const wire = inFile("infra/bus/http/wire.ts", "infra/bus/http/wire.test.ts");
const addresses = inFile("infra/bus/http/addresses.ts", "infra/bus/http/addresses.test.ts");
const push = (file: string) => inFile(file, "infra/bus/push/push.test.ts");
const signing = (file: string) =>
  inFile(file, "infra/bus/signing/signing.test.ts", "infra/bus/http/cards.test.ts");

/** A2A over HTTP: who comes in, what is said, what is posted, and whose card it is (I8, I11). */
export const busHttpTeeth: readonly Tooth[] = [
  server("I11: nobody is answered over HTTP without a token", "if (!identity)", "if (false)"),
  server(
    "I11: the page of a browser is not answered",
    "if (away !== undefined) return turnAway(",
    "if (false) return turnAway(",
  ),
  server(
    "I8: a name has no more requests than it may",
    "!seat.allows() || seat.inFlight >=",
    "!seat.allows() && seat.inFlight >=",
  ),
  server(
    "I8: a request that does not come is not waited for",
    "requestTimeout: limits.requestMs,",
    "",
  ),
  body(
    "I8: a body is 8 MiB at most",
    "if (bytes > BODY_BYTES_MAX) reject(tooLong());",
    "if (bytes < 0) reject(tooLong());",
  ),
  body(
    "I11: a body is JSON in UTF-8",
    "if (type === undefined || !types.test(type))",
    "if (false)",
  ),
  endpoint(
    "A2A: a notification has no answer",
    "if (id === undefined) return reply(response, 204, undefined);",
    "",
  ),
  endpoint(
    "I8: a batch over HTTP holds 32 requests",
    "values.length === 0 || values.length > BATCH_MAX",
    "values.length === 0",
  ),
  inFile("infra/bus/served.ts", "infra/bus/bus-bounds.test.ts")(
    "A2A: another version is refused",
    "    checkVersion(version);\n",
    "",
  ),
  inFile("infra/bus/switchboard.ts", "infra/bus/strictness.test.ts")(
    "A2A: another version is told before it is looked who is asked",
    "    checkVersion(version);\n",
    "",
  ),
  inFile("infra/bus/http/rest-endpoint.ts", "infra/bus/strictness.test.ts")(
    "A2A: another version is told before its paths are refused",
    "    checkVersion(visit.version);\n",
    "",
  ),
  endpoint(
    "A2A: another version is told before it is looked what it asks",
    "  checkVersion(version);\n",
    "",
  ),
  inFile("infra/bus/nats/endpoint.ts", "infra/bus/nats/wire.test.ts")(
    "A2A: another version is told before whose subject it is",
    "    checkVersion(version);\n",
    "",
  ),
  inFile("infra/bus/link.ts", "infra/bus/hub-wire.test.ts")(
    "A2A: another version is told before where a stream should begin",
    "      checkVersion(asked.version);\n",
    "",
  ),
  inFile("infra/bus/gate.ts", "infra/bus/strictness.test.ts")(
    "A2A: a content of another kind is -32005",
    "if (part?.data === undefined || (part.mediaType ?? MEDIA_TYPE) !== MEDIA_TYPE)",
    "if (part === undefined)",
  ),
  inFile("protocol/rpc.ts", "infra/bus/strictness.test.ts")(
    "A2A: an error names its reason",
    "return reason === undefined ? undefined : [errorInfo(reason)];",
    "return undefined;",
  ),
  wire(
    "I10: a stream that breaks is taken up where it was",
    'next = { method: "SubscribeToTask", params: { id: heard.task } };',
    'throw new Unavailable("broken");',
  ),
  inFile("infra/bus/http/retrying.ts", "infra/bus/http/wire.test.ts")(
    "I10: what may have been done is not asked for again",
    "(repeatable.has(method) || wasNotSent(error))",
    "true",
  ),
  inFile("infra/bus/http/retrying.ts", "infra/bus/http/wire.test.ts")(
    "I11: who asks within the house is not told outside",
    "const { [PRINCIPAL_KEY]: _principal, ...others } = metadata;",
    'const others = { ...metadata, [PRINCIPAL_KEY]: "house" };',
  ),
  addresses(
    "I11: an address that is private is not reached",
    "if (isIP(literal) !== 0 && isPrivate(literal) && !allows(host)) throw",
    "if (false) throw",
  ),
  addresses(
    "I11: a name that leads to a private address is not reached",
    "if (!first || refused) return",
    "if (!first) return",
  ),
  push("infra/bus/push/courier.ts")(
    "I11: what is posted follows no redirect",
    "if (status >= 300 && status < 400)",
    "if (status < 0)",
  ),
  push("infra/bus/push/courier.ts")(
    "I8: an address is given up after its tries",
    "letter.tries + 1 < triesMax",
    "letter.tries + 1 < 1_000",
  ),
  push("infra/bus/push/push.ts")(
    "I8: a call has ten push configs",
    "known.length >= PER_TASK_MAX ||",
    "false ||",
  ),
  push("infra/bus/push/push.ts")(
    "I11: a caller has push configs of its own calls alone",
    'await served.answer({ method: "GetTask", params, version: A2A_VERSION }, caller);',
    "await Promise.resolve([served, caller, params, A2A_VERSION]);",
  ),
  push("infra/bus/push/push.ts")(
    "I10: what was not posted is posted after a restart",
    "courier.wake(key);\n        if (endedAtMs",
    "if (endedAtMs",
  ),
  inFile("protocol/a2a.ts", "infra/bus/push/push.test.ts")(
    "I11: what a client gives for a header begins no other",
    ".regex(/^[\\x21-\\x7e](?:[\\x20-\\x7e]*[\\x21-\\x7e])?$/",
    ".regex(/^/",
  ),
  signing("infra/bus/signing/verify-card.ts")(
    "I11: a card is good only as it was signed",
    "if (!named || !isGood(",
    "if (!named || false && !isGood(",
  ),
  signing("infra/bus/http/fetch-card.ts")(
    "I11: a signature does not bring its own judge",
    "if (from.origin !== address.origin) continue;",
    "",
  ),
  signing("infra/bus/signing/house-keys.ts")(
    "I12: keys that others can read are not used",
    "if ((statSync(path).mode & 0o077) !== 0)",
    "if (statSync(path).mode < 0)",
  ),
];
