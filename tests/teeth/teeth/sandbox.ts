import { inFile, type Tooth } from "../tooth.ts";

const bubble = inFile(
  "infra/workers/sandbox/bubblewrap.ts",
  "infra/workers/sandbox/bubblewrap.test.ts",
);
const mounts = inFile(
  "infra/workers/sandbox/mounts.ts",
  "infra/workers/sandbox/bubblewrap.test.ts",
);
const run = inFile("infra/workers/sandbox/process.ts", "infra/workers/sandbox/process.test.ts");
const capture = inFile("infra/workers/sandbox/capture.ts", "infra/workers/sandbox/process.test.ts");

/** What a worker's programs can reach, and for how long (I8, I11, I12). */
export const sandboxTeeth: readonly Tooth[] = [
  bubble("I11: no network", '...(network ? [] : ["--unshare-net"]),', ""),
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
  mounts(
    "I11: configuration and hooks of git are not for workers",
    "...(guard ? [",
    "...(guard === undefined ? [",
  ),
  mounts("I12: no writable folder opens a hidden one", "if (opened !== undefined)", "if (false)"),
  run("row 12: what falls silent is ended", "silent = true;\n          kill();", "silent = true;"),
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
];
