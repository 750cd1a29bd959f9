import { chmod, mkdir, readFile, readdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openHome } from "./home.ts";

test("a private home holds its temporary folder and is gone at the end, even a locked one", async () => {
  const home = await openHome();
  expect(home.env["TMPDIR"]).toBe(join(home.path, "tmp"));
  expect(home.env["HOME"]).toBe(home.path);
  await mkdir(join(home.path, "locked/inner"), { recursive: true });
  await chmod(join(home.path, "locked"), 0o000);
  await home.close();
  await expect(stat(home.path)).rejects.toMatchObject({ code: "ENOENT" });
});

test("only the login is copied in, readable by its owner alone", async () => {
  const director = await openHome();
  const home = await openHome();
  await director.write(".codex/auth.json", "{}");
  await director.write(".ssh/id", "secret");
  await home.copyLogin(director.path, [".codex/auth.json"], "codex login");
  expect(await readFile(join(home.path, ".codex/auth.json"), "utf8")).toBe("{}");
  expect((await stat(join(home.path, ".codex/auth.json"))).mode & 0o777).toBe(0o600);
  expect(await readdir(home.path)).toEqual([".codex", "tmp"]);
  await home.close();
  await director.close();
});

test("a missing login is told with the command that mends it", async () => {
  const home = await openHome();
  const from = join(tmpdir(), "nobody");
  const copied = home.copyLogin(from, [".codex/auth.json"], "codex login");
  await expect(copied).rejects.toMatchObject({ name: "BadInput", mend: "codex login" });
  await home.close();
});
