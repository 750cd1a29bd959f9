import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { detectSandbox, explain } from "./detect.ts";

const set = (values: Record<string, string>) => (name: string) => values[name] ?? null;

test("a machine without bubblewrap is told how to get it", async () => {
  const detected = await detectSandbox({ environment: { PATH: tmpdir(), HOME: tmpdir() } });
  expect(detected).toMatchObject({ missing: expect.stringMatching(/bubblewrap|no sandbox/) });
});

test.each([
  ["kernel.unprivileged_userns_clone", "0", "1"],
  ["kernel.apparmor_restrict_unprivileged_userns", "1", "0"],
  ["user.max_user_namespaces", "0", "15000"],
])("where %s is %s the mending command sets it to %s", (name, value, mended) => {
  const told = explain("bwrap: setting up uid map: Permission denied", set({ [name]: value }));
  expect(told.mend).toBe(`sudo sysctl -w ${name}=${mended}`);
});

test("a container that forbids namespaces is told as such, anything else as it is", () => {
  const forbidden = "bwrap: Creating new namespace failed: Operation not permitted";
  expect(explain(forbidden, set({})).mend).toContain("seccomp");
  expect(explain("bwrap: Unknown option --x", set({})).missing).toContain("Unknown option");
});
