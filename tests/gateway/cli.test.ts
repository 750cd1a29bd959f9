import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { z } from "zod";

const MAIN = fileURLToPath(import.meta.resolve("@nightshift/infra/cli/main"));
const run = promisify(execFile);
const Ran = z.object({ code: z.int(), stdout: z.string(), stderr: z.string() });
const Granted = z.object({ password: z.string().min(40), authority: z.string() });

function director() {
  const root = mkdtempSync(join(tmpdir(), "nightshift-serve-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const env = { PATH: process.env["PATH"], HOME: root };
  return {
    state: join(root, ".local", "state", "nightshift"),
    async nightshift(args: readonly string[], more: Record<string, string> = {}) {
      const options = { env: { ...env, ...more } };
      const ended = await run(process.execPath, [MAIN, ...args], options).catch((error) => error);
      return Ran.parse({ code: 0, ...ended });
    },
    async serve(...args: string[]): Promise<{ child: ChildProcess; port: number }> {
      const all = [MAIN, "serve", "--esdb-port", "0", "--json", "--attached", ...args];
      const child = spawn(process.execPath, all, { env, stdio: ["pipe", "pipe", "ignore"] });
      onTestFinished(() => void child.kill("SIGKILL"));
      let text = "";
      for await (const chunk of child.stdout.iterator({ destroyOnReturn: false })) {
        text += String(chunk);
        if (text.includes("}")) break;
      }
      return { child, port: z.object({ port: z.int() }).parse(JSON.parse(text)).port };
    },
  };
}

test("a grant is printed once, kept as a hash, private to its owner, and opens the gateway", async () => {
  const { nightshift, serve, state } = director();
  const granted = await nightshift(["log", "grant", "house", "--role", "house", "--json"]);
  const { password, authority } = Granted.parse(JSON.parse(granted.stdout));
  const file = join(state, "gateway", "grants.json");
  expect(readFileSync(file, "utf8")).not.toContain(password);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const { child, port } = await serve();
  for (const name of ["key.pem", "authority.pem"]) {
    expect(statSync(join(state, "gateway", name)).mode & 0o777).toBe(0o600);
  }
  const where = `esdb://house:${password}@localhost:${port}?tlsCAFile=${authority}`;
  const added = await nightshift(["direct", "ops", "Keep it short."], { NIGHTSHIFT_LOG: where });
  expect(added.code, added.stderr).toBe(0);
  const verified = await nightshift(["log", "verify"]);
  expect(verified.stderr).toMatch(/^As written: 1 events/);
  const there = await nightshift(["--log", where, "log", "verify"]);
  expect(there.stderr).toMatch(/^As written: 1 events/);
  const wrong = await nightshift(["status"], {
    NIGHTSHIFT_LOG: where.replace(password, "guessed"),
  });
  expect(wrong.code).toBe(1);
  expect(wrong.stderr).toMatch(/does not let us in[^]*mend it: check name and password/);
  expect(wrong.stderr).not.toContain("guessed");
  child.kill("SIGTERM");
  expect((await once(child, "exit"))[0]).toBe(0);
});

test("a password never stands in the settings, and never in a message", async () => {
  const { nightshift } = director();
  const refused = await nightshift(["status", "--log", "nats://house:secret@localhost:1"]);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/--log or NIGHTSHIFT_LOG: no log is at nats:\/\/localhost:1/);
  const gone = await nightshift(["status", "--log", "esdb://house:secret@localhost:1?tls=false"]);
  expect(gone.code).toBe(1);
  expect(gone.stderr).toContain("the log at esdb://localhost:1?tls=false cannot be reached");
  const file = await nightshift(["log", "archive", "--log", "esdb://house:secret@localhost:1"]);
  expect(file.stderr).toMatch(/this works on the file of a log/);
  expect(refused.stderr + gone.stderr + file.stderr).not.toContain("secret");
});

test.each([
  [["--host", "0.0.0.0"], /others can reach this address[^]*mend it: add --cert/],
  [["--host", "192.168.1.1"], /others can reach this address/],
  [["--host", "0.0.0.0", "--cert", "c.pem"], /a certificate and its key belong together/],
  [["--cert", "c.pem", "--key", "k.pem"], /the file cannot be read/],
])("nobody is served by accident: %s", async (args, why) => {
  const { nightshift } = director();
  const { code, stderr } = await nightshift(["serve", "--esdb-port", "0", ...args]);
  expect(code).toBe(1);
  expect(stderr).toMatch(why);
});

test.each([
  [["house", "--role", "king"], /which role/],
  [["a b", "--role", "house"], /a-z, 0-9 and hyphens/],
  [["me", "--role", "guest"], /reads the streams it was granted, and you name none/],
  [["anonymous", "--role", "house"], /may not append/],
  [["anonymous", "--role", "lodger", "--stream", "order-"], /may not append/],
  [["shop", "--role", "lodger"], /keeps the streams that it was granted, and you name none/],
  [["shop", "--role", "lodger", "--stream", "task-"], /not for others/],
  [["shop", "--role", "lodger", "--stream", "$settings"], /not for others/],
])("a grant that makes no sense is refused: %s", async (args, why) => {
  const { nightshift } = director();
  const { code, stderr } = await nightshift(["log", "grant", ...args]);
  expect(code).toBe(1);
  expect(stderr).toMatch(why);
});

test("nothing that speaks to a cluster is loaded where the log is a file", async () => {
  const script = `
    import { createRequire } from "node:module";
    import { openHouse } from "@nightshift/infra/house";
    import "@nightshift/infra/night";
    const house = await openHouse(process.env);
    await house.runner.catchUp();
    await house.close();
    const loaded = Object.keys(createRequire(import.meta.url).cache);
    console.log(JSON.stringify(loaded.filter((path) => /grpc|protobuf|eventstore|kurrent/.test(path))));
  `;
  const { state } = director();
  const args = ["--input-type=module-typescript", "--eval", script];
  const options = { cwd: import.meta.dirname, env: { HOME: state, PATH: process.env["PATH"] } };
  const { stdout } = await run(process.execPath, args, options);
  expect(JSON.parse(stdout)).toEqual([]);
});
