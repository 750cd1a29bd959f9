import { BadInput } from "@nightshift/protocol/errors";
import { z } from "zod";
import { detectSandbox } from "../workers/sandbox/detect.ts";
import { openRehearsal, type Rehearsal } from "../sim/rehearsal/rehearsal.ts";
import { EXIT, print, printJson, tell, verb } from "./terminal.ts";

const Row = z.object({
  row: z.int(),
  expected: z.string(),
  happened: z.string(),
  ok: z.boolean(),
});
const Checked = z.object({ ok: z.boolean(), rows: z.array(Row) });
type Checked = z.infer<typeof Checked>;

/** What the host of a night may use of memory, in bytes: a limit of the project. */
const PEAK_BYTES_MAX = 250 * 1_000_000;

/**
 * `nightshift rehearse`: the same commands a director types, on a sample repository, with a scripted
 * model server in place of paid models; then a checker that reads only git and the raw log.
 */
export function rehearse(options: Options) {
  return verb(async () => {
    const { seed, keep = false, json = false, bus } = options;
    if (bus !== undefined && bus !== "nats") {
      throw new BadInput(`no rehearsal over ${bus}`, "--bus", "nightshift rehearse --bus nats");
    }
    tell(
      "title",
      `Rehearsal, seed ${seed}: a whole night with a scripted model. It costs nothing.`,
    );
    const detected = await detectSandbox();
    const sandbox = "sandbox" in detected ? "required" : "off";
    if ("missing" in detected) {
      tell("bad", `No sandbox here (${detected.missing}): the rehearsal runs without one.`);
      tell("plain", `  A real night refuses to. Mend it: ${detected.mend}`);
    }
    const rehearsal = await openRehearsal({ seed, sandbox, log: behindGateway() });
    const startMs = performance.now();
    try {
      const peakBytes = await perform(rehearsal, bus);
      const checked = Checked.parse(await rehearsal.check());
      const seconds = (performance.now() - startMs) / 1_000;
      if (json) printJson({ seed, ...checked, seconds, peakBytes, sandbox });
      else report(checked, seconds, peakBytes);
      if (keep) tell("plain", `Everything is in ${rehearsal.stage.root}`);
      return checked.ok ? EXIT.ok : EXIT.failed;
    } finally {
      await rehearsal.close({ keep });
    }
  });
}

/** `--log esdb` or `--log kurrentdb`: by that client library, through a gateway that is started. */
function behindGateway(): "esdb" | "kurrentdb" | undefined {
  const log = process.env["NIGHTSHIFT_LOG"];
  if (!log) return undefined;
  if (log === "esdb" || log === "kurrentdb") return log;
  const what = "a rehearsal has a log of its own; its checker reads the file itself";
  throw new BadInput(what, "--log", "nightshift rehearse --log esdb, or --log kurrentdb");
}

/** The evening, the night and the morning. @returns the peak memory of the night's host, in bytes. */
async function perform(rehearsal: Rehearsal, bus?: "nats"): Promise<number | null> {
  const { nightshift } = rehearsal;
  const show = { onLine: (line: string) => tell("quiet", line) };
  tell("title", "\nThe evening: nightshift add --from backlog.yaml");
  const added = await nightshift(["add", "--from", "../backlog.yaml"], show);
  if (added.code !== EXIT.ok) throw new Error(`the backlog was not taken: ${added.stderr}`);
  const night = await (bus === undefined ? ofOne(rehearsal, show) : ofMany(rehearsal, show));
  for (const proof of [
    ["replay", "--check"],
    ["log", "verify"],
  ]) {
    const { code, stderr } = await nightshift(proof, show);
    if (code !== EXIT.ok) throw new Error(`nightshift ${proof.join(" ")} failed: ${stderr}`);
  }
  return night.peakBytes;
}

type Shown = { onLine: (line: string) => void };

/** The night of one process, and those that it starts. */
async function ofOne(
  { nightshift }: Rehearsal,
  show: Shown,
): Promise<{ peakBytes: number | null }> {
  tell("title", "\nThe night: nightshift run");
  const night = await nightshift(["run"], show);
  if (night.code !== EXIT.ok)
    throw new Error(`the night ended with ${night.code}: ${night.stderr}`);
  tell("title", "\nThe morning: nightshift digest");
  tell("plain", night.stdout.trimEnd());
  return night;
}

/** The night of seven processes at a broker. */
async function ofMany(rehearsal: Rehearsal, { onLine }: Shown): Promise<{ peakBytes: null }> {
  tell("title", "\nThe night: nightshift agent <role> --bus nats://…, seven times");
  const { playOverNats } = await import("../sim/rehearsal/over-nats.ts");
  const { code, said } = await playOverNats(rehearsal, onLine);
  if (code !== EXIT.ok) throw new Error(`the night ended with ${code}: ${said}`);
  return { peakBytes: null };
}

type Options = { seed: number; keep?: boolean; json?: boolean; bus?: string };

function report({ rows, ok }: Checked, seconds: number, peakBytes: number | null): void {
  print([
    { tone: "title", text: "" },
    { tone: "title", text: "Expected against happened, read from git and the raw log alone" },
  ]);
  for (const { row, expected, happened, ok: asExpected } of rows) {
    const mark = asExpected ? "as expected " : "NOT EXPECTED";
    const number = String(row === 0 ? "–" : row).padStart(2);
    print([
      { tone: asExpected ? "good" : "bad", text: `${number}  ${mark}  ${expected}` },
      { tone: "quiet", text: `                  ${happened.slice(0, 200)}` },
    ]);
  }
  const memory = peakBytes === null ? "" : `, host at most ${Math.round(peakBytes / 1_000_000)} MB`;
  print([
    { tone: "plain", text: "" },
    {
      tone: ok ? "good" : "bad",
      text: `${rows.filter((row) => row.ok).length} of ${rows.length} as expected in ${seconds.toFixed(0)} s${memory}`,
    },
    {
      tone: "plain",
      text: "This was a rehearsal with a scripted model. A real night needs a repository of",
    },
    {
      tone: "plain",
      text: "yours and an agent CLI or API key: nightshift init, then nightshift run.",
    },
  ]);
  if (peakBytes !== null && peakBytes > PEAK_BYTES_MAX) {
    tell("bad", `The host used ${peakBytes} bytes of memory, more than ${PEAK_BYTES_MAX}.`);
  }
}
