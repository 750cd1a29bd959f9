import { Unavailable } from "@nightshift/protocol/errors";
import { expect, test } from "vitest";
import { inLine, WAITING_MAX } from "./in-line.ts";

test("work of one key runs one after the other, in the order it was asked for", async () => {
  const line = inLine();
  const told: string[] = [];
  const work = (name: string) => async () => {
    told.push(`${name} begins`);
    await Promise.resolve();
    told.push(`${name} ends`);
  };
  await Promise.all([line("k", work("a")), line("k", work("b"))]);
  expect(told).toEqual(["a begins", "a ends", "b begins", "b ends"]);
});

test("work of another key does not wait", async () => {
  const line = inLine();
  const gate = Promise.withResolvers<string>();
  const slow = line("k", () => gate.promise);
  expect(await line("other", () => Promise.resolve("done"))).toBe("done");
  gate.resolve("late");
  expect(await slow).toBe("late");
});

test("work that fails does not stop the line", async () => {
  const line = inLine();
  const failing = line("k", () => Promise.reject(new Error("no")));
  const next = line("k", () => Promise.resolve("yes"));
  await expect(failing).rejects.toThrow("no");
  expect(await next).toBe("yes");
});

test("a line has a maximum length (I8)", async () => {
  const line = inLine();
  const gate = Promise.withResolvers<void>();
  const waiting = Array.from({ length: WAITING_MAX }, () => line("k", () => gate.promise));
  await expect(line("k", () => Promise.resolve())).rejects.toThrow(Unavailable);
  gate.resolve();
  await Promise.all(waiting);
  expect(await line("k", () => Promise.resolve("free again"))).toBe("free again");
});
