import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { openDirector, type Director } from "../fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

async function director(): Promise<Director> {
  const made = await openDirector();
  open.push(made);
  return made;
}

test("a key is written for its owner alone, what it may do stands beside it, and nothing is printed", async () => {
  const who = await director();
  const { code, stdout, stderr } = await who.nightshift(["agents", "keys", "visitor"]);
  expect(code, stderr).toBe(0);
  const file = join(who.paths.nats, "keys", "visitor.nk");
  const seed = readFileSync(file, "utf8");
  expect(seed).toMatch(/^SU[A-Z2-7]{56}$/);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(`${stdout}${stderr}`).not.toContain(seed);
  expect(stdout.trim()).toMatch(/^U[A-Z2-7]{55}$/);
  const include = readFileSync(join(who.paths.nats, "agents.conf"), "utf8");
  expect(include).toContain("# visitor, guest");
  expect(include).toContain(stdout.trim());
  expect(include).not.toContain(seed);
});

test("a name of the settings gets the key of one of the house", async () => {
  const who = await director();
  for (const name of ["planner", "dispatcher"]) {
    const { stdout } = await who.nightshift(["agents", "keys", name, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ name, standing: "house" });
  }
  const include = readFileSync(join(who.paths.nats, "agents.conf"), "utf8");
  expect(include).toContain("$JS.API.CONSUMER.MSG.NEXT.TASKS.planner");
});

test("a key that is taken away is no longer in the file, and a name without one is told", async () => {
  const who = await director();
  await who.nightshift(["agents", "keys", "visitor"]);
  expect((await who.nightshift(["agents", "keys", "visitor", "--revoke"])).code).toBe(0);
  expect(readFileSync(join(who.paths.nats, "agents.conf"), "utf8")).not.toContain("visitor");
  const again = await who.nightshift(["agents", "keys", "visitor", "--revoke"]);
  expect(again.code).toBe(1);
  expect(again.stderr).toContain("visitor: it has no key");
});

test("a name that would add a token to a subject, and a key that is none, are refused in one line", async () => {
  const who = await director();
  for (const args of [
    ["agents", "keys", "a.b"],
    ["agents", "keys", ">"],
    ["agents", "keys", "visitor", "--public", "SUNOT"],
  ]) {
    const { code, stderr } = await who.nightshift(args);
    expect(code).toBe(1);
    expect(stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(stderr).toContain("mend it:");
  }
});

test("roles on a bus: an unknown role, an address that is none, and roles without a bus are refused", async () => {
  const who = await director();
  for (const [args, words] of [
    [
      ["agent", "cook", "--bus", "nats://127.0.0.1:1"],
      "no such agent; there are dispatcher, planner",
    ],
    [["agent", "dispatcher", "--bus", "127.0.0.1:4222"], "not the address of a broker"],
    [["agent", "planner", "verifier"], "several roles in one process need a broker"],
  ] as const) {
    const { code, stderr } = await who.nightshift(args);
    expect(code).toBe(1);
    expect(stderr).toContain(words);
    expect(stderr).toContain("mend it:");
  }
});
