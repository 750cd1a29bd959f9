import { expect, test } from "vitest";
import { z } from "zod";
import { readList } from "./answers.ts";
import { PAGES_MAX, type Transport } from "./transport.ts";

const Names = z.array(z.object({ name: z.string() }).transform(({ name }) => name));

/** A forge that gives pages of its own size, and counts how often it is asked. */
function paging(names: readonly string[], size: number) {
  let asked = 0;
  const ask: Transport = async (_, path) => {
    asked++;
    const page = Number(/[?&]page=(\d+)/.exec(path)?.[1]);
    const from = (page - 1) * size;
    const body = names.slice(from, from + size).map((name, n) => ({ id: from + n, name }));
    return { status: 200, body };
  };
  return { ask, asked: () => asked };
}

test("entries that read alike are entries all the same", async () => {
  const { ask } = paging(["build", "build", "build", "build", "red"], 2);
  const { entries, isWhole } = await readList(ask, "checks", Names);
  expect(entries).toEqual(["build", "build", "build", "build", "red"]);
  expect(isWhole).toBe(true);
});

test("a list that comes whole on every page is there once", async () => {
  const ask: Transport = async () => ({ status: 200, body: [{ name: "a" }, { name: "b" }] });
  expect(await readList(ask, "comments", Names)).toEqual({ entries: ["a", "b"], isWhole: true });
});

test("so many pages and no more: then the list is known to be cut", async () => {
  const { ask, asked } = paging(Array.from({ length: 100 }, String), 2);
  const { entries, isWhole } = await readList(ask, "checks", Names);
  expect({ read: entries.length, isWhole }).toEqual({ read: 2 * PAGES_MAX, isWhole: false });
  expect(asked()).toBe(PAGES_MAX);
});
