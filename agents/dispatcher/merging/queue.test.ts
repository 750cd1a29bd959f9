import { expect, test } from "vitest";
import { createBatches } from "./queue.ts";
import { createLine } from "../line.ts";

const answerAll = (batch: readonly string[]) =>
  Promise.resolve(new Map(batch.map((item) => [item, batch.join()] as const)));

test("what waits while a batch is worked on makes the next one, at most so many", async () => {
  const join = createBatches<string, string>(createLine());
  const how = { sizeMax: 3, work: answerAll };
  const names = ["a", "b", "c", "d", "e"];
  const answers = await Promise.all(names.map((name) => join("repo", name, how)));
  expect(answers).toEqual(["a,b,c", "a,b,c", "a,b,c", "d,e", "d,e"]);
});

test("what a batch leaves out comes first in the next one", async () => {
  const join = createBatches<string, string>(createLine());
  const work = async (batch: readonly string[]) => new Map([[batch.at(-1) ?? "", batch.join()]]);
  const answers = await Promise.all(
    ["a", "b", "c"].map((name) => join("repo", name, { sizeMax: 2, work })),
  );
  expect(answers).toEqual(["a", "a,b", "a,c"]);
});

test("a batch that fails fails for each in it, and for nobody behind it", async () => {
  const join = createBatches<string, string>(createLine());
  const work = async (batch: readonly string[]) => {
    if (batch.includes("a")) throw new Error("no git");
    return answerAll(batch);
  };
  const how = { sizeMax: 2, work };
  const two = Promise.allSettled([join("repo", "a", how), join("repo", "b", how)]);
  const next = join("repo", "c", how);
  expect((await two).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await next).toBe("c");
});
