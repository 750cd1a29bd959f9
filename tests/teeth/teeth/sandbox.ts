import { inFile, type Tooth } from "../tooth.ts";

const bubble = inFile(
  "infra/workers/sandbox/bubblewrap.ts",
  "infra/workers/sandbox/bubblewrap.test.ts",
);
const mounts = inFile(
  "infra/workers/sandbox/mounts.ts",
  "infra/workers/sandbox/bubblewrap.test.ts",
);
const inBubble = (file: string) => inFile(file, "infra/workers/sandbox/bubblewrap.test.ts");
const sockets = (name: string) =>
  inFile(`infra/workers/sandbox/${name}.ts`, "infra/workers/sandbox/host-sockets.test.ts");
const egress = (name: string) =>
  inFile(`infra/workers/sandbox/egress/${name}.ts`, "infra/workers/sandbox/egress/egress.test.ts");
const stuck = (name: string) =>
  inFile(`agents/implementer/watchdog/${name}.ts`, "agents/implementer/watchdog/watchdog.test.ts");
const watched = inFile("infra/workers/watch/watched.ts", "infra/workers/watch/watched.test.ts");
const run = inFile("infra/workers/sandbox/process.ts", "infra/workers/sandbox/process.test.ts");
const meter = inFile("infra/workers/sandbox/meter.ts", "infra/workers/sandbox/meter.test.ts");
const capture = inFile("infra/workers/sandbox/capture.ts", "infra/workers/sandbox/process.test.ts");

/** What a worker's programs can reach, and for how long (I8, I11, I12). */
export const sandboxTeeth: readonly Tooth[] = [
  bubble("I11: no network but by the house", '"--unshare-net --uid', '"--uid'),
  bubble("I11: a worker is nobody in particular", "--uid 1000 --gid 1000 ", ""),
  bubble("I11: no process but its own", " --unshare-pid", ""),
  inFile("infra/workers/sandbox/environment.ts", "infra/workers/sandbox/bubblewrap.test.ts")(
    "I12: nothing of the director's environment passes",
    "    ...toolchains,",
    "    ...process.env,\n    ...toolchains,",
  ),
  mounts("I12: private folders appear empty", "existing(view.hidden)", "existing([])"),
  mounts(
    "I12: private files appear empty",
    "...existing(view.masked).map(",
    "...existing([]).map(",
  ),
  mounts("I11: configuration and hooks of git are not for workers", ": [guard];", ": [];"),
  mounts("I12: no writable folder opens a hidden one", "if (opened !== undefined)", "if (false)"),
  run("row 12: what falls silent is ended", "silent = true;\n    kill();", "silent = true;"),
  run(
    "I8: the wall ends what speaks for ever",
    "timedOut = true;\n    kill();",
    "timedOut = true;",
  ),
  run(
    "I8: an abort ends it at once",
    'options.signal.addEventListener("abort", kill, { once: true });',
    "",
  ),
  run(
    "I11: no child outlives its program",
    'child.once("exit", () => {\n    killGroup(child);',
    'child.once("exit", () => {',
  ),
  capture("I8: output over its maximum loses its middle", "if (excess <= 0) return;", "return;"),
  inBubble("infra/workers/sandbox/mounts.ts")(
    "I11: the kernel's settings are not for workers",
    "...KERNEL_FOLDERS.filter(isFolder)",
    "...KERNEL_FOLDERS.filter(() => false)",
  ),
  inBubble("infra/workers/sandbox/bubblewrap.ts")(
    "I11: calls that open kernels are refused",
    '...(filter ? ["--seccomp", "4"] : []),',
    "",
  ),
  inFile("infra/workers/sandbox/contained.ts", "infra/workers/sandbox/contained.test.ts")(
    "I8: a sandbox that does not start is tried three times",
    "if (start < STARTS_MAX && !options.signal.aborted) continue;",
    "",
  ),
  inFile("infra/workers/sandbox/contained.ts", "infra/workers/sandbox/contained.test.ts")(
    "I10: what may have begun in a clone is not run there again",
    "|| (wasReported && !/^bwrap: /m.test(stderr));",
    ";",
  ),
  run(
    "row 12: what a program wrote before its end is read, however busy the house",
    "setImmediate(close)",
    "close()",
  ),
  sockets("host-sockets")(
    "I11: sockets of the machine's services are not for workers",
    "if (seen.length <= SOCKETS_MAX) return seen;",
    "if (seen.length <= SOCKETS_MAX) return [];",
  ),
  sockets("host-sockets")(
    "I11: no socket is left open because there are many",
    "if (seen.length <= SOCKETS_MAX) return seen;",
    "return seen.slice(0, SOCKETS_MAX);",
  ),
  sockets("mounts")(
    "I11: a socket in a folder that is shown again is masked",
    "lies(closed) && !lies(shown)",
    "lies(closed)",
  ),
  inFile("infra/workers/sandbox/bubblewrap.ts", "tests/escape/escape.test.ts")(
    "I11: sockets of the machine are masked in every run",
    "...privateFiles(environment), ...socketsIn(view, egress)]",
    "...privateFiles(environment)]",
  ),
  inBubble("infra/workers/sandbox/mounts.ts")(
    "I11: a worker commits, and configures nothing",
    "...existing(kept).map(",
    "...existing([]).map(",
  ),
  inBubble("infra/workers/sandbox/system-calls.ts")(
    "I11: no file runs with its owner's rights",
    "const OTHER_RIGHTS = 0o6000;",
    "const OTHER_RIGHTS = 0;",
  ),
  run("I8: a flood of output is ended", "bytes > FLOOD_BYTES_MAX", "bytes > Infinity"),
  run(
    "the quiet of a command at work is no silence",
    "mayBeQuiet?.() && granted < WAITING_SILENCES_MAX",
    "false",
  ),
  inFile("infra/workers/sandbox/seatbelt-profile.ts", "infra/workers/sandbox/seatbelt.test.ts")(
    "I11: on macOS too the machine's sockets are not for workers",
    "(remote unix-socket (subpath ${quoted(folder)})))",
    "(remote unix-socket))",
  ),
  egress("allow-list")(
    "I11: a host that nobody named is refused",
    'verdict: covers && isIP(name) === 0 ? "covered" : "refused"',
    'verdict: "covered"',
  ),
  egress("allow-list")(
    "I11: a host is named with its port",
    "ports.includes(port)",
    "ports.length > 0",
  ),
  egress("proxy")(
    "I8: a way out that nobody waits for is closed",
    "if (near.destroyed) far?.destroy();",
    "",
  ),
  egress("proxy")(
    "I8: one client has no more ways out than there may be",
    "if (ways >= WAYS_MAX) return null;",
    "",
  ),
  egress("dial")(
    "I11: nobody asks a cloud for the machine's keys",
    "if (METADATA.test(address)) return true;",
    "",
  ),
  egress("dial")(
    "I11: a private address is named, not covered",
    "return !mayBePrivate && isPrivate(address);",
    "return false;",
  ),
  stuck("loops")("E14: the same again is a loop", "repeated(turns, limits) ??", ""),
  stuck("loops")("E14: the same error again is a loop", "sameError(turns, limits) ??", ""),
  stuck("loops")(
    "E14: to and fro is a loop",
    "monologue(turns, limits) ??\n    pingPong(turns, limits)",
    "monologue(turns, limits)",
  ),
  stuck("loops")(
    "polling is no loop",
    "return circle.some(({ waited }) => waited)",
    "return false",
  ),
  stuck("watchdog")(
    "E13: a command at work stops the clock",
    "if (running.size === 0) idleMs",
    "idleMs",
  ),
  stuck("watchdog")("E14: nobody begins again without time for it", "&& leftMs >= secondTryMs", ""),
  inFile("infra/workers/models/key-ring.ts", "infra/workers/models/key-ring.test.ts")(
    "H2: a key at a limit without a reset rests for as long as is set",
    "clock.now() + options.restMs",
    "clock.now()",
  ),
  watched("E14: who is stuck again has failed", ": failure(second.stuck), all", ": null, all"),
  watched("I3: a run that was begun anew is charged in full", 'costKind: "unknown",', ""),
  watched(
    "E6: what a worker did before it failed is kept",
    "if (canTell) error.transcripts = transcripts;",
    "",
  ),
  inFile("infra/workers/coding-agents/record.ts", "infra/workers/coding-agents/record.test.ts")(
    "E6: a flood drops no command",
    "+ COMMANDS_CHARACTERS_MAX",
    "",
  ),
  inFile("agents/dispatcher/execute.ts", "agents/dispatcher/troubles.test.ts")(
    "E6: the log names what a worker did before it failed",
    "? { transcripts } : {}",
    "? {} : {}",
  ),
  inFile("infra/workers/sandbox/choose.ts", "infra/workers/sandbox/choose.test.ts")(
    "I11: no sandbox, no night",
    "wishes.length > 0 && required === undefined",
    "true",
  ),
  meter("I8: a fork bomb ends its run", "threads >= limits.processesMax ||", ""),
  meter("I8: threads are counted", "Number(fields[17] ?? 0)", "1"),
  meter("I8: what the kernel refused ends a run", " || isFull?.()", ""),
  meter("I8: memory of all together ends a run", 'onOverrun("memory");', ";"),
  meter(
    "I8: a full disk ends a run",
    "gone > 2 * bytesMax) return tell();",
    "gone > 2 * bytesMax) return;",
  ),
];
