import { expect, test } from "vitest";
import { allowing, checkAddress, checkedLookup, isPrivate } from "./addresses.ts";

const nobody = allowing([]);

test("addresses that the internet does not route are private, in every disguise", () => {
  const hidden = [
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 172.31.255.255 192.168.1.1",
    "192.0.2.1 198.18.0.1 198.51.100.7 203.0.113.9 224.0.0.1 255.255.255.255",
    ":: ::1 fc00::1 fd12::1 fe80::1 ff02::1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1",
    "2001:db8::1 2002:7f00:1:: 2001::1 100::1 3fff::1",
  ];
  for (const address of hidden.join(" ").split(" "))
    expect([address, isPrivate(address)]).toEqual([address, true]);
  for (const address of ["8.8.8.8", "1.1.1.1", "172.32.0.1", "2606:4700::1111"])
    expect([address, isPrivate(address)]).toEqual([address, false]);
});

test("an address that may not be reached is refused before anything is sent", () => {
  const refused = [
    "ftp://example.org/",
    "file:///etc/passwd",
    "http://user:secret@example.org/",
    "http://127.0.0.1/",
    "http://2130706433/",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://[::ffff:7f00:1]/",
  ];
  for (const url of refused)
    expect(() => checkAddress(new URL(url), nobody), url).toThrow(/neither|private|password/);
  expect(() => checkAddress(new URL("https://example.org/"), nobody)).not.toThrow();
});

test("the director may allow a host, or one port of it", () => {
  const allows = allowing(["127.0.0.1:8080", "ci.lan"]);
  expect(() => checkAddress(new URL("http://127.0.0.1:8080/"), allows)).not.toThrow();
  expect(() => checkAddress(new URL("http://127.0.0.1:9090/"), allows)).toThrow("private");
  expect([allows("ci.lan"), allows("ci.lan:81"), allows("evil.ci.lan")]).toEqual([
    true,
    true,
    false,
  ]);
});

test("a name is looked up once, and what was checked is what is connected to", async () => {
  const looked = (allowed: string[]) =>
    new Promise((resolve) => {
      const done = (error: unknown, found: unknown) => resolve(error ?? found);
      checkedLookup("localhost", allowing(allowed))("localhost", { all: true }, done);
    });
  expect(await looked([])).toMatchObject({ name: "Refusal" });
  expect(await looked(["localhost"])).toMatchObject([{ address: expect.any(String) }]);
});
