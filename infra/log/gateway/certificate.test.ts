import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { DAY_MS } from "@nightshift/protocol/clock";
import { expect, test } from "vitest";
import { testFolder } from "../test-log.ts";
import { ownCertificate } from "./certificate.ts";

const NOW_MS = Date.parse("2026-11-21T12:00:00Z");

test("the gateway's certificate is good for this machine and the host it listens on", async () => {
  const folder = join(await testFolder(), "gateway");
  const { certificate, key, authorityPath } = ownCertificate(folder, "192.168.7.7", NOW_MS);
  const leaf = new X509Certificate(certificate);
  const authority = new X509Certificate(readFileSync(authorityPath));
  expect(leaf.checkIssued(authority) && leaf.verify(authority.publicKey)).toBe(true);
  expect(leaf.checkPrivateKey(createPrivateKey(key))).toBe(true);
  expect([leaf.ca, authority.ca]).toEqual([false, true]);
  expect(leaf.checkHost("localhost")).toBe("localhost");
  for (const address of ["127.0.0.1", "::1", "192.168.7.7"]) {
    expect(leaf.checkIP(address)).toBe(address);
  }
  expect(leaf.checkHost("example.org")).toBeUndefined();
  expect(leaf.checkIP("10.0.0.1")).toBeUndefined();
  expect(statSync(join(folder, "key.pem")).mode & 0o777).toBe(0o600);
});

test("it is kept until its end is near or another host is asked for, then made anew", async () => {
  const folder = join(await testFolder(), "gateway");
  const first = ownCertificate(folder, "localhost", NOW_MS).certificate;
  expect(ownCertificate(folder, "localhost", NOW_MS + 700 * DAY_MS).certificate).toEqual(first);
  const later = ownCertificate(folder, "localhost", NOW_MS + 800 * DAY_MS).certificate;
  expect(later).not.toEqual(first);
  expect(ownCertificate(folder, "::2", NOW_MS + 800 * DAY_MS).certificate).not.toEqual(later);
});
