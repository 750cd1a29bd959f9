import { describe, expect, test } from "vitest";
import { contained } from "./contained.ts";
import { sandboxForTests } from "./fixture.ts";

const sandbox = await sandboxForTests({}).catch(() => null);
const isThere = sandbox?.kind === "bubblewrap";
/** Where it has to be: a Mac has another sandbox. */
const isNeeded = process.env["CI"] === "true" && process.platform === "linux";

const INSIDE = ["--json-status-fd", "3", "--", "/bin/echo", "inside"];
const READ_ONLY = ["bwrap", "--unshare-user", "--ro-bind", "/", "/"];
const starts = [...READ_ONLY, ...INSIDE];
/** As when a socket was there when the mounts were put together, and is not any more. */
const isGone = [...READ_ONLY, "--ro-bind", "/no/such/socket", "/tmp", ...INSIDE];

/** Runs what `commands` say, one after the other; the last one again and again. */
async function run(commands: readonly (readonly string[])[]) {
  const asked: number[] = [];
  const commandOf = () => commands[Math.min(asked.push(1), commands.length) - 1] ?? [];
  const options = { cwd: "/", env: {}, wallMs: 20_000, silenceMs: null, outputBytesMax: 1_000 };
  const { signal } = new AbortController();
  const result = contained(commandOf, { ...options, signal });
  return { result: await result.catch((error: unknown) => error), starts: asked.length };
}

describe.skipIf(!isThere && !isNeeded)("what bwrap contains (CI on Linux fails without)", () => {
  test("a start that fails as the machine changed is made again, with the machine as it is", async () => {
    const { result, starts: tried } = await run([isGone, starts]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "inside\n" });
    expect(tried).toBe(2);
  });

  test("what may have begun is run once, though no report of its end came through", async () => {
    // The report to a place where nobody reads it, but for the first line.
    const lost = (line: string) => {
      const told = `exec 5>&3 3>/dev/null; echo '{ "child-pid": 7 }' >&5; exec "$@"`;
      const inside = ["--json-status-fd", "3", "--", "/bin/sh", "-c", line];
      return ["/bin/sh", "-c", told, "sh", ...READ_ONLY, ...inside];
    };
    const failed = await run([lost("echo no such file >&2; exit 1")]);
    expect(failed.result).toMatchObject({ exitCode: 1, stderr: "no such file\n" });
    expect(failed.starts).toBe(1);
    const told = await run([lost("echo 'bwrap: it failed' >&2; echo half; exit 1")]);
    expect([told.result, told.starts]).toMatchObject([{ exitCode: 1, stdout: "half\n" }, 1]);
  });

  test("what cannot enter its group of processes is tried again, for nothing of it began", async () => {
    const enter = ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', "/no/such/group", ...starts];
    const { result, starts: tried } = await run([enter, starts]);
    expect([result, tried]).toMatchObject([{ exitCode: 0, stdout: "inside\n" }, 2]);
  });

  test("what does not start three times is told, with bubblewrap's own words", async () => {
    const { result, starts: tried } = await run([isGone]);
    expect(result).toMatchObject({
      kind: "sandbox",
      message: expect.stringMatching(/did not start.*no.such.socket/),
    });
    expect(tried).toBe(3);
  });
});
