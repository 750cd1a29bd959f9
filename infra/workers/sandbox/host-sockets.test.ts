import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { hostSockets } from "./host-sockets.ts";
import { hiddenBy } from "./mounts.ts";

const folder = realpathSync(mkdtempSync(join(tmpdir(), "nightshift-sockets-")));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const none = () => false;
const row = (path: string) => `0000000000000000: 00000002 00000000 00010000 0001 01 617 ${path}`;
const table = (...paths: string[]) => ["Num RefCount …", ...paths.map(row)].join("\n");
const many = (count: number, at: string) =>
  Array.from({ length: count }, (_, number) => `${at}/${number}.sock`);

test("sockets of the machine's services are found, wherever they lie", () => {
  const told = table("/opt/service/a b.sock", "@abstract", "", "/opt/service/a b.sock");
  expect(hostSockets(none, told)).toEqual(["/opt/service/a b.sock"]);
});

test("where more of them would be open than can be masked nothing is run", () => {
  expect(hostSockets(none, table(...many(1_000, "/opt")))).toHaveLength(1_000);
  const over = table(...many(1_000, "/opt"), "/var/lib/last.sock");
  expect(() => hostSockets(none, over)).toThrow(/^1001 sockets .* in \/opt, \/var\/lib;/);
});

test("those that nobody sees take no place of those that somebody would", () => {
  const isHidden = (path: string) => path.startsWith("/run/");
  const told = table(...many(2_000, "/run/user"), "/opt/docker.sock");
  expect(hostSockets(isHidden, told)).toEqual(["/opt/docker.sock"]);
});

test("hidden is what lies in a folder that is, by no link around it, and is not shown again", () => {
  const [home, shown, open] = ["home", "home/shown", "open"].map((name) => join(folder, name));
  if (!home || !shown || !open) throw new Error("no folders");
  for (const path of [shown, open]) {
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, "socket"), "");
  }
  writeFileSync(join(home, "socket"), "");
  symlinkSync(open, join(home, "link"));
  const isHidden = hiddenBy({ hidden: [home], readable: ["/usr"], writable: [shown, open] });
  expect(isHidden(join(home, "socket"))).toBe(true);
  expect(isHidden(join(home, "gone"))).toBe(true);
  expect(isHidden(join(shown, "socket"))).toBe(false);
  expect(isHidden(join(home, "link", "socket"))).toBe(false);
});
