import { inFile, type Tooth } from "../tooth.ts";

const wire = "infra/bus/nats/wire.test.ts";
const keys = "infra/bus/nats/keys.test.ts";
const broker = "infra/bus/nats/connection.test.ts";
const endpoint = inFile("infra/bus/nats/endpoint.ts", wire);
const permissions = inFile("infra/bus/nats/permissions.ts", keys);
const version = inFile("infra/bus/nats/server-version.ts", broker);
const lost = inFile("agents/dispatcher/attempt.ts", "agents/dispatcher/lost.test.ts");

/** Who speaks and who is heard on NATS, and what is held there (I2, I8, I11). */
export const natsTeeth: readonly Tooth[] = [
  endpoint(
    "I11: an answer goes to whoever asked, wherever the message wants it",
    "if (!message.reply?.startsWith(`${answersOf(name, this.#options.agent)}.`)) return;",
    "",
  ),
  endpoint(
    "I11: the subject names the agent, whatever the message says",
    "if (tenant !== this.#options.agent)",
    "if (false)",
  ),
  endpoint(
    "I8: a caller sends no more frames than it may",
    "if (!this.#options.callers.allows(name))",
    "if (false)",
  ),
  permissions(
    "I11: a guest asks JetStream for nothing",
    'if (standing === "guest") return talk;',
    "",
  ),
  permissions(
    "I11: a guest calls under its own name alone",
    "return [`a2a.v1.*.rpc.${name}`, `a2a.v1.*.rpc.${name}.*`];",
    'return ["a2a.v1.*.rpc.*"];',
  ),
  permissions(
    "I11: a guest answers for itself alone",
    "heartbeatSubject(name), `re.v1.*.${name}.>`]",
    'heartbeatSubject(name), "re.v1.>"]',
  ),
  permissions("I11: a guest reads its own answers alone", "`re.v1.${name}.>`];", '"re.v1.>"];'),
  inFile("infra/bus/nats/keys.ts", keys)(
    "I12: a private key that others may read is not used",
    "(mode & 0o077) !== 0",
    "false",
  ),
  inFile("infra/bus/nats/keys.ts", "infra/cli/agents/keys.test.ts")(
    "I12: a private key is its owner's from its first byte",
    "{ mode: 0o600 }",
    "{}",
  ),
  version("a broker that is too old is refused", "if (isOlder(info.version))", "if (false)"),
  version("a broker without JetStream is refused", "info.jetstream !== true", "false"),
  version(
    "a broker that cannot carry a frame is refused",
    "info.max_payload < FRAME_BYTES_MAX",
    "false",
  ),
  version(
    "I11: a broker that asks nobody for keys is of this machine",
    "!isLocal && info.auth_required !== true",
    "false",
  ),
  inFile("infra/bus/nats/connection.ts", broker)(
    "I11: another machine is spoken to in secret",
    "if (!isLocal && !isSecret)",
    "if (false)",
  ),
  inFile("infra/bus/nats/work-log.ts", "infra/bus/nats/work-log.test.ts")(
    "I2: of two who hold a lease only the later is heard",
    "const expect = { lastSubjectSequence: this.#seq };",
    "const expect = {};",
  ),
  inFile("infra/bus/nats/noticeboard.ts", "infra/bus/nats/noticeboard.test.ts")(
    "of two who replace a notice one does",
    "revision === 0 ? kv.create(key, text) : kv.update(key, text, revision)",
    "kv.put(key, text)",
  ),
  inFile("infra/bus/nats/lead-signs.ts", "infra/bus/nats/noticeboard.test.ts")(
    "I2: while the broker is away nobody is called silent",
    "return broker.connected() ? performance.now() - sign.atMs : 0;",
    "return performance.now() - sign.atMs + 1;",
  ),
  inFile("infra/bus/nats/roster.ts", wire)(
    "I11: a sign of life stands for the name of its subject",
    "|| (beat.card && beat.card.name !== name)",
    "",
  ),
  inFile("infra/bus/nats/callers.ts", wire)(
    "nobody works for a caller that is gone",
    "processes.get(id)?.abort();",
    "",
  ),
  lost(
    "I7: a worker that is lost costs its task no try",
    "error.cause instanceof Lost &&",
    "false &&",
  ),
  lost("I8: a task that takes every worker down fails at last", "< LOSSES_MAX;", "< Infinity;"),
  inFile("agents/dispatcher/cycles.ts", "agents/dispatcher/lost.test.ts")(
    "nothing is claimed that nobody could finish",
    "if (absentSkill(night) !== null) return;",
    "",
  ),
];
