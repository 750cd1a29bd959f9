import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isAlive, sandboxForTests, shell } from "./fixture.ts";

/** A home with a secret, a tool and a clone below it, as directors have them. */
const folder = mkdtempSync(join(tmpdir(), "nightshift-sandbox-"));
const home = join(folder, "home");
const tools = join(home, "tools", "bin");
const clone = join(home, "cache", "clone");
const log = join(folder, "state");
mkdirSync(join(home, ".ssh"), { recursive: true });
mkdirSync(tools, { recursive: true });
mkdirSync(log);
writeFileSync(join(home, ".ssh", "id"), "the secret");
writeFileSync(join(log, "log.db"), "the log");
writeFileSync(join(tools, "hello"), "#!/bin/sh\necho hello from a tool\n");
chmodSync(join(tools, "hello"), 0o755);

const environment = {
  HOME: home,
  PATH: `${tools}:${process.env["PATH"]}`,
  API_TOKEN: "the token",
};
const sandbox = await sandboxForTests({ hidden: [log], environment }).catch(() => null);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.runIf(process.env["CI"] === "true")("a machine for CI has a sandbox that contains", () =>
  expect(sandbox).not.toBeNull(),
);

describe.skipIf(sandbox?.kind !== "bubblewrap")("bubblewrap (CI on Linux fails without)", () => {
  if (sandbox?.kind !== "bubblewrap") return;
  const run = (line: string, options?: Parameters<typeof shell>[3]) =>
    shell(sandbox, line, clone, options);
  const outcome = async (line: string, options?: Parameters<typeof shell>[3]) => {
    const { exitCode, stdout } = await run(line, options);
    return { exitCode, stdout: stdout.trim() };
  };

  beforeEach(() => {
    rmSync(clone, { recursive: true, force: true });
    mkdirSync(clone, { recursive: true });
    execFileSync("git", ["init", "-q"], { cwd: clone });
  });

  test("what it writes in its clone is there afterwards", async () => {
    expect((await run("echo made > file && mkdir -p a/b && echo b > a/b/c")).exitCode).toBe(0);
    expect(readFileSync(join(clone, "file"), "utf8")).toBe("made\n");
  });

  test.each([
    ["/etc/nightshift-probe"],
    ["/usr/bin/nightshift-probe"],
    ["/dev/nightshift-probe"],
    [join(home, "probe")],
    [join(home, "cache", "probe")],
    [join(folder, "probe")],
  ])("it writes nothing to %s", async (path) => {
    await run(`echo x > '${path}'`);
    expect(existsSync(path)).toBe(false);
  });

  test("it writes nothing through a link that leaves its clone", async () => {
    symlinkSync(join(home, ".ssh"), join(clone, "link"));
    await run(`echo x > link/id; ln -s ${log} own; echo x > own/log.db`);
    expect(readFileSync(join(home, ".ssh", "id"), "utf8")).toBe("the secret");
    expect(readFileSync(join(log, "log.db"), "utf8")).toBe("the log");
  });

  test("it edits neither configuration nor hooks of git, nor replaces their folder", async () => {
    const before = readFileSync(join(clone, ".git", "config"), "utf8");
    const lines = [
      "echo x >> .git/config",
      "git config core.fsmonitor evil",
      "mkdir -p .git/hooks; echo x > .git/hooks/pre-commit",
      "mv .git gone; rm -rf .git",
    ];
    for (const line of lines) await run(line);
    expect(readFileSync(join(clone, ".git", "config"), "utf8")).toBe(before);
    expect(existsSync(join(clone, ".git", "hooks", "pre-commit"))).toBe(false);
    expect((await outcome("git status --porcelain; echo $?")).stdout).toBe("0");
  });

  test("it reads no secret of the home, no log, no password file", async () => {
    const { stdout } = await run(`cat ${home}/.ssh/id ${log}/log.db /etc/shadow; ls -A ${log}`);
    expect(stdout).toBe("");
    expect((await run("cat /etc/hostname /etc/passwd")).stdout).toContain("root");
  });

  test("it does not reveal what is hidden by mounting it anew", async () => {
    const line = `unshare -Urm sh -c 'umount -l ${home}; umount -l ${log}; cat ${log}/log.db'`;
    expect((await run(line)).stdout).not.toContain("the log");
  });

  test("it inherits no variable but those it is given", async () => {
    const { stdout } = await run("env", { env: { GIVEN: "yes" } });
    expect(stdout).not.toContain("the token");
    const names = stdout.match(/^(?!.*(?:_ROOT|_HOME|_DATA_DIR|MODCACHE)=)\w+(?==)/gm) ?? [];
    expect(names.sort()).toEqual("CI GIVEN HOME LANG PATH PWD TERM TMPDIR".split(" "));
  });

  test("its home and temporary folder are its own and start empty", async () => {
    const line = 'ls -A "$HOME"; touch "$HOME/x" /tmp/left-behind && ls -A "$HOME"';
    expect((await outcome(line)).stdout).toBe("x");
    expect((await outcome(line)).stdout).toBe("x");
    expect(existsSync("/tmp/left-behind")).toBe(false);
  });

  test("programs of the PATH work though they lie below the hidden home", async () => {
    expect(await outcome("hello")).toEqual({ exitCode: 0, stdout: "hello from a tool" });
    const { stdout } = await run('"$NODE" -p 6*7', { env: { NODE: process.execPath } });
    expect(stdout).toBe("42\n");
  });

  test("a hidden folder that the house reveals is read and not written", async () => {
    const cache = join(home, "cache", "modules");
    mkdirSync(cache);
    writeFileSync(join(cache, "m.js"), "module");
    expect((await run(`cat ${cache}/m.js`)).stdout).toBe("");
    sandbox.reveal(cache);
    expect((await run(`cat ${cache}/m.js; echo x > ${cache}/m.js`)).stdout).toBe("module");
    expect(readFileSync(join(cache, "m.js"), "utf8")).toBe("module");
  });

  test("a writable folder that would open a hidden one is refused", async () => {
    for (const writable of [home, folder, "/tmp", "/", join(clone, "missing")])
      await expect(run("true", { writable: [writable] })).rejects.toMatchObject({
        name: "WorkerFailure",
        kind: "sandbox",
      });
  });

  test("a program that hides behind a new session does not outlive the run", async () => {
    const marker = `9${process.pid}77`;
    await run(`setsid sh -c 'sleep ${marker}' & (setsid sleep ${marker} &) ; echo started`);
    expect(await isAlive(marker)).toBe(false);
    const cut = await run(`setsid sleep ${marker} & sleep ${marker}`, { wallMs: 300 });
    expect(cut).toMatchObject({ timedOut: true, exitCode: null });
    expect(await isAlive(marker)).toBe(false);
  });

  test("it sees and signals no process but its own", async () => {
    const line = `kill -9 ${process.pid}; ls -d /proc/[0-9]* | wc -l`;
    expect(Number((await outcome(line)).stdout)).toBeLessThan(8);
  });

  test("it sets nothing in the kernel, though it were root outside", async () => {
    // What a setting is already is written, should the rule fail.
    const files = ["kernel/core_pattern", "kernel/pid_max"].map((name) => `/proc/sys/${name}`);
    const line = files.map((file) => `cat ${file} > /tmp/v; cp /tmp/v ${file} && echo set`);
    expect((await outcome(line.join("; "))).stdout).toBe("");
  });

  test("calls that open kernels are refused, threads and tracing of its own are not", async () => {
    const [bpf, ptrace] = process.arch === "arm64" ? [280, 117] : [321, 101];
    const line = `perl -e 'my $p = "x" x 128; syscall(${bpf}, 0, $p, 128); print $! + 0; $! = 0;
      syscall(${ptrace}, 0, 0, 0, 0); print " ", $! + 0'; unshare -Ur true || echo " none"`;
    expect((await outcome(line)).stdout).toBe("1 0 none");
  });

  test("no file that it makes runs with the rights of its owner", async () => {
    const line = "cp /bin/true t; chmod 4755 t; find . -perm /6000; chmod 755 t && ./t && echo ran";
    expect((await outcome(line)).stdout).toBe("ran");
  });

  test("what is its own of git is committed to, and its configuration is not changed", async () => {
    const git = "git -c user.name=w -c user.email=w@localhost";
    mkdirSync(join(clone, ".git", "hooks"), { recursive: true });
    const before = readFileSync(join(clone, ".git", "config"), "utf8");
    const line = `echo x > a && ${git} add a && ${git} commit -qm A && ${git} log --oneline | wc -l`;
    expect((await outcome(line, { commits: true })).stdout).toBe("1");
    const evil =
      "git config a.b c; echo x > .git/hooks/pre-commit; mv .git gone; rm -f .git/config";
    await run(evil, { commits: true });
    expect(readFileSync(join(clone, ".git", "config"), "utf8")).toBe(before);
    expect(existsSync(join(clone, ".git", "hooks", "pre-commit"))).toBe(false);
  });

  test("it is uid 1000 without capabilities, and cannot gain any", async () => {
    const { stdout } = await run(
      "id -u; grep CapEff /proc/self/status; grep NoNew /proc/self/status",
    );
    expect(stdout).toMatch(/^1000\nCapEff:\t0+\nNoNewPrivs:\t1\n$/);
  });

  test("an exit code passes; a sandbox that cannot start is a failure of its own", async () => {
    expect((await run("exit 7")).exitCode).toBe(7);
    expect((await run("kill -9 $$")).exitCode).toBe(137);
    expect((await run("no-such-program")).exitCode).toBe(127);
    await expect(shell(sandbox, "true", join(clone, "missing"))).rejects.toMatchObject({
      kind: "sandbox",
    });
  });

  describe("network", () => {
    const server = createServer((_, response) => response.end("reached"));
    let port = 0;
    beforeAll(async () => {
      await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
      const address = server.address();
      port = typeof address === "object" && address ? address.port : 0;
    });
    afterAll(() => server.close());
    const fetching = () =>
      `fetch("http://127.0.0.1:${port}").then(r=>r.text()).then(console.log,()=>console.log("no"))`;

    test("without it nothing outside is reached, the host's loopback neither", async () => {
      expect((await outcome(`node -e '${fetching()}'`)).stdout).toBe("no");
    });
    test("the server that is named is reached, as if it were inside", async () => {
      const network = { hosts: [`127.0.0.1:${port}`] };
      const { stdout } = await outcome(`node -e '${fetching()}'`, { network });
      expect(stdout).toBe("reached");
    });
    test("without it a server of its own on 127.0.0.1 and ::1 still answers", async () => {
      const listening = `const h=require("http");const s=h.createServer((q,r)=>r.end("own"))
        .listen(0,"127.0.0.1",()=>fetch("http://127.0.0.1:"+s.address().port).then(r=>r.text())
        .then(t=>{console.log(t);s.close()}))`;
      expect((await outcome(`node -e '${listening}'`)).stdout).toBe("own");
    });
  });
});
