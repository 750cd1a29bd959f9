import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Change } from "@nightshift/agents/verifier/changes";
import { constitutionCheck } from "@nightshift/agents/verifier/constitution";
import { sealChecks } from "@nightshift/agents/verifier/seal";
import { secretCheck } from "@nightshift/agents/verifier/secrets";
import { changeOf } from "@nightshift/agents/testing/changed";
import { rulesHere } from "@nightshift/agents/testing/rules-here";
import { taskSpec } from "@nightshift/agents/testing/fixtures";

/** A change that does harm: its kind is the file it stands in, its name `path` there. */
export type Poison = { kind: string; path: string; text: string };

/** Nothing here is a secret: tokens are put together when they are needed. */
const TOKENS: Readonly<Record<string, string>> = {
  github: joined("ghp_", "a1B2c3D4e5F6".repeat(3)),
  aws: joined("AKIA", "Z7Q2M4X9K1P8R5T3"),
  stripe: joined("sk_live_", "4eC39HqLyjWDarjtT1", "zdp7dc"),
  slack: joined("xoxb-", "123456789012", "-a1B2c3D4e5F6g7H8"),
  google: joined("AIza", "SyD3x4mPl3K3yZ9q8W7e6R5t4Y3u2I1o0Pa"),
  npm: joined("npm_", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"),
  openai: joined("sk-proj-", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"),
  word: "k7Q2mX9zP4rT8vW1",
  private: `-----BEGIN RSA PRIVATE KEY-----\n${"MIIEowIBAAKCAQEA7bq9Zk3x".repeat(6)}\n`,
};

/**
 * Renamed, split and re-encoded, 40 each, written after the rules and before these had seen them.
 * At first sight 37 of the third forty were caught and 36 of the fourth; of those by hands that
 * knew no rule, 28 of the fifth, 34 of the sixth, 33 of the seventh, 34 of the eighth, 38 of the
 * ninth, 37 of the tenth, 35 of the eleventh, 35 of the twelfth, 39 of the thirteenth, 36 of the
 * fourteenth, 34 of the fifteenth and 37 of the sixteenth; then all ordinary ways that came to mind
 * in each language were written down (`WAYS`), and at first sight it was 36 of the seventeenth, 39
 * of the eighteenth, 37 of the nineteenth, 39 of the twentieth, 39 of the twenty-first and of the
 * twenty-second, 38 of the twenty-third and of the twenty-fourth, 39 of the twenty-fifth and of the
 * twenty-sixth, 38 of the twenty-seventh, 40 of the twenty-eighth, 38 of the twenty-ninth, 39 of
 * the thirtieth, 40 of the thirty-first and 38 of the thirty-second. What was missed then was mended,
 * but for what is named below. Of the first two only what was made of them is known.
 */
export const variantSets = [
  "first",
  "second",
  "third",
  "fourth",
  "fifth",
  "sixth",
  "seventh",
  "eighth",
  "ninth",
  "tenth",
  "eleventh",
  "twelfth",
  "thirteenth",
  "fourteenth",
  "fifteenth",
  "sixteenth",
  "seventeenth",
  "eighteenth",
  "nineteenth",
  "twentieth",
  "twentyfirst",
  "twentysecond",
  "twentythird",
  "twentyfourth",
  "twentyfifth",
  "twentysixth",
  "twentyseventh",
  "twentyeighth",
  "twentyninth",
  "thirtieth",
  "thirtyfirst",
  "thirtysecond",
].map((which) => `variants/${which}`);

/** Variants that are merged all the same. */
export const KNOWN_MISSES: readonly string[] = [
  "variants/twentieth hidden-code src/layout/glyphs.ts",
  "variants/twentyseventh hidden-code internal/motd/motd.go",
];

/**
 * Ordinary ways of each language to put a text together, to decode it and to reach a function, in
 * front of the harms of the set: by language, as the rules learned them.
 */
export const WAYS = "ways";
/** Of these, what is merged all the same. */
export const KNOWN_WAYS_MISSED: readonly string[] = [
  // What an object has gathered call by call, what a conversion picks, a list changed through its parts.
  "ways go internal/more/method.go",
  "ways javascript src/a/loop-index.js",
  "ways javascript src/e/path-up-loop.js",
  "ways javascript src/f/switch-chosen.js",
  "ways python src/feed_print.py",
  "ways rust src/more/enums.rs",
  "ways rust src/more/assigned.rs",
];

/** What of a folder would be merged. */
export async function missedIn(folder: string): Promise<string[]> {
  const missed: string[] = [];
  for (const { kind, path, text } of poisonIn(folder)) {
    const why = await caughtBy(changeOf(path, null, text));
    if (why === null) missed.push(`${folder} ${kind} ${path}`);
  }
  return missed;
}

/** The poisoned diffs of a folder of this one. */
export function poisonIn(folder: string): Poison[] {
  const where = join(import.meta.dirname, folder);
  return readdirSync(where)
    .sort()
    .flatMap((file) => {
      const parts = readFileSync(join(where, file), "utf8")
        .split(/^=== (.+)\n/m)
        .slice(1);
      const kind = basename(file, ".txt");
      return parts.flatMap((path, at) =>
        at % 2 === 0 ? [{ kind, path, text: filled(parts[at + 1] ?? "") }] : [],
      );
    });
}

function joined(...parts: readonly string[]): string {
  return parts.join("");
}

function filled(text: string): string {
  return text.replaceAll(/@@(\w+)@@/g, (_, name: string) => TOKENS[name] ?? name);
}

/** Why a poison would not be merged, or null: constitution, seals and secrets are asked. */
export async function caughtBy(change: Change): Promise<string | null> {
  const { hits } = await constitutionCheck([change], taskSpec({ title: "Tidy", text: "" }), {
    hostsAllowed: [],
    reader: rulesHere,
    signal: new AbortController().signal,
  });
  return hits[0]?.rule ?? heldBesides(change);
}

/** Why it would not be merged though it breaks nothing of the constitution, or null. */
export function heldBesides(change: Change): string | null {
  const sealed = sealChecks([change], taskSpec(), []).checks.find(
    (check) => check.outcome === "fail",
  );
  if (sealed) return sealed.name;
  return secretCheck([change]).outcome === "fail" ? "secret" : null;
}
