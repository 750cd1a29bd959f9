import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../../log/test-log.ts";
import { ownLines, shippedLines } from "./profile-lines.ts";
import { profileOf } from "./profiles.ts";

async function beside(models: string): Promise<string> {
  const folder = await testFolder();
  writeFileSync(join(folder, "models.yaml"), models);
  return join(folder, "config.yaml");
}

const OWN = "{ in: 1, out: 2 }, context: 12000, output: 3000, truncated: 0.04";

test("a line of the director's own goes before those that Night Shift comes with", async () => {
  const config = await beside(
    `models:\n  - { model: claude-haiku, family: claude, tier: small, usd: ${OWN} }\n`,
  );
  const own = profileOf("claude-haiku-4-5", {}, ownLines(config));
  expect(own).toMatchObject({ contextTokensMax: 12_000, outputTokensMax: 3_000, priceKnown: true });
  expect(own).toMatchObject({ truncatedShare: 0.04, price: { inputMicroUsd: 1_000_000 } });
  const shipped = profileOf("claude-sonnet-4-5", {}, ownLines(config));
  expect(shipped).toMatchObject({ contextTokensMax: 40_000, truncatedShare: null });
});

test("without a file of their own nobody misses it", async () => {
  expect(ownLines(join(await testFolder(), "config.yaml"))).toEqual([]);
});

test.each([
  ["models:\n  - { model: m }\n", "models.0.family"],
  ["models: [", "at line 1"],
  ["lines: []\n", "models"],
])("a file that cannot be read is named with the place in it: %o", async (text, place) => {
  const config = await beside(text);
  expect(() => ownLines(config)).toThrow(place);
  expect(() => ownLines(config)).toThrow(
    expect.objectContaining({ where: expect.stringContaining("models.yaml") }),
  );
});

test("of the lines that it comes with none hides another one", () => {
  const lines = shippedLines();
  const hidden = lines.filter(({ model }, index) =>
    lines.slice(0, index).some((before) => model.startsWith(before.model)),
  );
  expect(hidden).toEqual([]);
});
