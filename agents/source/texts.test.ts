import { expect, test } from "vitest";
import { textsAt } from "./texts.ts";

const paths = Array.from({ length: 100 }, (_, at) => `test/${at}.test.js`);

/** Reads all or some of the files, and tells how many were open at once, and read. */
async function readAll(enough = Infinity) {
  let [open, most, reads] = [0, 0, 0];
  const show = async (path: string) => {
    open += 1;
    reads += 1;
    most = Math.max(most, open);
    await Promise.resolve();
    open -= 1;
    return path.endsWith("/7.test.js") ? null : `text of ${path}`;
  };
  const seen: (string | null)[] = [];
  for await (const { text } of textsAt(paths, show)) {
    seen.push(text);
    if (seen.length >= enough) break;
  }
  return { seen, most, reads };
}

test("every file is read, in order, and no more than 32 at once", async () => {
  const { seen, most } = await readAll();
  const texts = paths.map((path, at) => (at === 7 ? null : `text of ${path}`));
  expect(seen).toEqual(texts);
  expect(most).toBe(32);
});

test("whoever has read enough has no more read for them", async () =>
  expect((await readAll(40)).reads).toBe(64));
