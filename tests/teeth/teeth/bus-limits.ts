import { inFile, type Tooth } from "../tooth.ts";

const link = inFile("infra/bus/link.ts", "infra/bus/hub-limits.test.ts");
const wire = inFile("infra/bus/link.ts", "infra/bus/hub-wire.test.ts");
const hub = inFile("infra/bus/hub.ts", "infra/bus/hub-limits.test.ts");
const bounds = (file: string) => inFile(file, "infra/bus/bus-bounds.test.ts");
const call = (file: string) => inFile(file, "infra/bus/in-process.test.ts");

/** Every frame, call, socket and wait of the bus has a named maximum (I8). */
export const busLimitTeeth: readonly Tooth[] = [
  inFile("infra/bus/frames.ts", "infra/bus/hub-wire.test.ts")(
    "I8: a batch holds 32 requests",
    "values.length === 0 || values.length > BATCH_MAX",
    "values.length === 0",
  ),
  link("I8: no more frames a second than may come", "if (!this.#allows())", "if (false)"),
  link(
    "I8: no more requests at once than may run",
    "this.#serving.size >= this.#limits.inFlightMax",
    "false",
  ),
  wire(
    "I8: an id in use is not used again",
    "if (this.#serving.has(id)) return",
    "if (false) return",
  ),
  inFile("infra/bus/link.ts", "infra/bus/hub-sessions.test.ts")(
    "I8: who misses two pings is lost",
    "this.#missed >= PINGS_MISSED_MAX",
    "false",
  ),
  hub("I8: a frame is 8 MiB at most", "maxPayload: FRAME_BYTES_MAX,", ""),
  hub("I8: a hub takes 64 sockets", "sockets.clients.size >= limits.connectionsMax", "false"),
  bounds("infra/bus/calls/desk.ts")(
    "I8: a caller has no more calls on one agent than may run",
    "count >= caller.inFlightMax",
    "false",
  ),
  bounds("infra/bus/calls/memory-calls.ts")(
    "I8: an agent remembers 32 MiB of answers",
    "&& this.#chars <= ENDED_CHARS_MAX",
    "",
  ),
  bounds("infra/bus/rate-limit.ts")(
    "I8: a rate allows twice itself at once",
    "if (left < 1)",
    "if (false)",
  ),
  call("infra/bus/delegate.ts")(
    "I8: an input is 7 MiB at most",
    "JSON.stringify(ask).length > PAYLOAD_CHARS_MAX",
    "false",
  ),
  call("infra/bus/delegate.ts")(
    "I8: a call ends when its time is up",
    "const timer = setTimeout(late,",
    "const timer = setTimeout(() => undefined,",
  ),
  inFile("infra/bus/outbox.ts", "infra/bus/outbox.test.ts")(
    "I8: who does not read is given up",
    "if (this.#bytes > CLOSE_ABOVE_BYTES) {",
    "if (false) {",
  ),
  inFile("infra/bus/outbox.ts", "infra/bus/outbox.test.ts")(
    "I8: nobody leaves a megabyte unread for long",
    "this.#stall ??= setTimeout(this.#onStuck, this.#stallMs);",
    "",
  ),
];
