import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { fateOf, leaderName } from "./leader.ts";

/** The name that a process of its own gives itself, while it lives. */
async function leaderElsewhere() {
  const script = `
    import { leaderName } from "./leader.ts";
    console.log(await leaderName());
    setInterval(() => {}, 1000);
  `;
  const command = ["--input-type=module-typescript", "--eval", script];
  const child = spawn(process.execPath, command, { cwd: import.meta.dirname });
  const [name] = await once(child.stdout, "data");
  return { name: String(name).trim(), child };
}

test("a leader is known by its name: alive while its process is, gone when it was killed", async () => {
  const { name, child } = await leaderElsewhere();
  expect(await fateOf(name)).toBe("alive");
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(await fateOf(name)).toBe("gone");
});

test("a process that took over the id of a dead leader is not that leader", async () => {
  const name = await leaderName();
  expect(await fateOf(name)).toBe("alive");
  expect(await fateOf(name.replace(/\d+$/, "1"))).toBe("gone");
});

test("of a leader on another machine nothing is known", async () => {
  const name = await leaderName();
  expect(await fateOf(`other-${name}`)).toBe("unknown");
  expect(await fateOf("a name of another make")).toBe("unknown");
  expect(await fateOf(null)).toBe("none");
});
