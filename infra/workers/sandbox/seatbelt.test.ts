import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { seatbeltProfile } from "./seatbelt-profile.ts";

/** The text alone: no machine with macOS has run it. */
const folder = realpathSync(mkdtempSync(join(tmpdir(), "nightshift-seatbelt-")));
const [home, clone, tools] = ["home", 'a "clone" (1)', "home/tools"].map((n) => join(folder, n));
if (!home || !clone || !tools) throw new Error("no folders");
for (const path of [home, join(clone, ".git"), tools]) mkdirSync(path, { recursive: true });
writeFileSync(join(folder, "key"), "");
symlinkSync(home, join(folder, "link"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const view = {
  hidden: [home],
  masked: [join(folder, "key")],
  readable: [tools],
  writable: [clone],
  commits: true,
  ports: [4_000],
};
const at = (profile: string, rule: string) => profile.split("\n").indexOf(rule);

test("everything is denied first, and the narrowest word comes last", () => {
  const profile = seatbeltProfile(view);
  const order = [
    "(deny default)",
    "(allow file-read*)",
    `(deny file-read* file-write* (subpath "${home}"))`,
    `(allow file-read* (subpath "${tools}"))`,
  ].map((rule) => at(profile, rule));
  expect(order.every((place) => place >= 0)).toBe(true);
  expect(order).toEqual(order.toSorted((a, b) => a - b));
});

test("writing is allowed in what is named alone, and git's configuration is not in it", () => {
  const profile = seatbeltProfile(view);
  const written = profile.split("\n").filter((rule) => /^\(allow.*file-write/.test(rule));
  expect(written.filter((rule) => rule.includes("subpath"))).toHaveLength(1);
  expect(profile).toContain(String.raw`a \"clone\" (1)/.git/hooks"))`);
  expect(seatbeltProfile({ ...view, commits: false })).toContain(String.raw`clone\" (1)/.git"))`);
});

test("no rule opens a socket of the machine's services: each names a folder that is its own", () => {
  for (const ports of [[4_000], null]) {
    const rules = seatbeltProfile({ ...view, ports }).split("\n");
    const allowed = rules.filter((rule) => /^\(allow network.*unix-socket/.test(rule));
    expect(allowed).toHaveLength(2);
    for (const rule of allowed)
      expect(rule).toMatch(/(?:local|remote) unix-socket \(subpath ".*clone\\" \(1\)"\)\)\)$/);
    // What is allowed to every kind of socket would be allowed to these.
    expect(rules.filter((rule) => /^\(allow network\S*(?: network\S*)*\)/.test(rule))).toEqual([]);
    expect(rules.join()).not.toMatch(/unix-socket(?! \(subpath)/);
  }
});

test("outside it reaches the proxy's port alone; without a network no address but its own", () => {
  const outbound = (profile: string) => profile.match(/\(allow network-outbound \(remote ip.*/g);
  expect(outbound(seatbeltProfile(view))).toEqual([
    '(allow network-outbound (remote ip "localhost:4000"))',
  ]);
  expect(seatbeltProfile({ ...view, ports: null })).not.toMatch(/remote ip "(?!localhost)/);
});

test("a link is ruled by where it leads; a folder that is missing is refused", () => {
  expect(seatbeltProfile({ ...view, hidden: [join(folder, "link")] })).toContain(`"${home}"`);
  expect(() => seatbeltProfile({ ...view, writable: [join(folder, "none")] })).toThrow(/no such/);
});
