import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { chooseSandbox } from "./choose.ts";
import { sandboxForTests } from "./fixture.ts";

/** A machine on whose PATH there is nothing, no sandbox either. */
const bare = { environment: { PATH: tmpdir(), HOME: tmpdir() } };
const asks = { path: "/asks", sandbox: "required" } as const;
const off = { path: "/off", sandbox: "off" } as const;
const here = await sandboxForTests();

test.runIf(process.platform === "linux")(
  "no sandbox, no night: the repository that asks refuses it, with what mends it (on Linux)",
  async () => {
    for (const wishes of [[asks], [off, asks], []])
      await expect(chooseSandbox(wishes, bare)).rejects.toMatchObject({
        name: "BadInput",
        message: expect.stringContaining("bubblewrap is not installed"),
        mend: expect.stringContaining("bubblewrap"),
      });
    await expect(chooseSandbox([off, asks], bare)).rejects.toMatchObject({ where: "/asks" });
  },
);

test("where every repository says off there is none, and its kind says so", async () => {
  expect((await chooseSandbox([off], bare)).kind).toBe("off");
});

test.skipIf(here === null)(
  "one that asks has all of the night contained (needs bwrap; CI fails without)",
  async () => {
    expect((await chooseSandbox([off, asks])).kind).toBe(here?.kind);
  },
);
