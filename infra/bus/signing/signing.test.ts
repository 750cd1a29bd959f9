import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generateAgentCardSignature, verifyAgentCardSignature, type AgentCard } from "@a2a-js/sdk";
import { DAY_MS } from "@nightshift/protocol/clock";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { canonicalCard } from "./canonical.ts";
import { knownCard } from "./known-card.ts";
import { houseKeys, publicKeys, rotateKeys, thumbprint } from "./house-keys.ts";
import { signCard } from "./sign-card.ts";
import { readKeySet, signatureCount, signersOf } from "./verify-card.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function keyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "nightshift-keys-"));
  folders.push(folder);
  return join(folder, "house-keys.json");
}

const card = {
  name: "planner",
  description: "Größer, „Zitat“, 🌙",
  version: "1",
  supportedInterfaces: [
    {
      url: "http://127.0.0.1:1/a2a",
      protocolBinding: "JSONRPC",
      tenant: "p",
      protocolVersion: "1.0",
    },
  ],
  capabilities: { streaming: true, pushNotifications: false },
  skills: [{ id: "plan", name: "plan", description: "plans", tags: ["a", "b"] }],
  securitySchemes: { bearer: { httpAuthSecurityScheme: { scheme: "Bearer" } } },
  securityRequirements: [{ schemes: { bearer: { list: [] } } }],
};
const url = "http://127.0.0.1:1/.well-known/jwks.json";

/** A key pair of the house, and a card signed with it. */
function signed() {
  const keys = houseKeys(keyFile(), 0);
  return { keys, set: readKeySet(publicKeys(keys)), card: signCard(card, keys, url) };
}

test("CARD-SIGN: a card that is signed is good, and names its key", () => {
  const { keys, set, card: good } = signed();
  expect(signersOf(good, set)).toEqual([keys[0]?.kid]);
  expect(signersOf(JSON.parse(JSON.stringify(good)), set)).toEqual([keys[0]?.kid]);
});

test("CARD-SIGN: a card that was changed in any field, or by another hand, is not", () => {
  const { set, card: good } = signed();
  const changes: object[] = [
    { name: "planer" },
    { description: card.description.normalize("NFD") },
    { skills: [] },
    { skills: [{ ...card.skills[0], tags: ["b", "a"] }] },
    { supportedInterfaces: [{ ...card.supportedInterfaces[0], url: "http://evil.example/" }] },
    { securitySchemes: {} },
    { capabilities: { streaming: true, pushNotifications: true } },
    { provider: { organization: "Evil", url: "http://evil.example/" } },
  ];
  for (const change of changes)
    expect([change, signersOf({ ...good, ...change }, set)]).toEqual([change, []]);
  const other = readKeySet(publicKeys(houseKeys(keyFile(), 0)));
  expect(signersOf(good, other)).toEqual([]);
});

test("CARD-SIGN: what a card says outside of A2A is not signed, and an unsigned card has no signature", () => {
  const { set, card: good } = signed();
  expect(signersOf({ ...good, "x-odd": 1 }, set)).toHaveLength(1);
  expect([signatureCount(card), signersOf(card, set)]).toEqual([0, []]);
});

test("CARD-SIGN: whoever signs does not choose how the key is used", () => {
  const { set, card: good } = signed();
  const { signatures } = z
    .object({ signatures: z.array(z.object({ protected: z.string(), signature: z.string() })) })
    .parse(good);
  const [own] = signatures;
  const header = JSON.parse(Buffer.from(own?.protected ?? "", "base64url").toString());
  for (const change of [{ alg: "none" }, { alg: "HS256" }, { alg: "ES384" }, { crit: ["exp"] }]) {
    const text = Buffer.from(JSON.stringify({ ...header, ...change })).toString("base64url");
    expect(signersOf({ ...good, signatures: [{ ...own, protected: text }] }, set)).toEqual([]);
    expect(signersOf({ ...good, signatures: [{ protected: text, signature: "" }] }, set)).toEqual(
      [],
    );
  }
  expect(signersOf({ ...good, signatures: "mine" }, set)).toEqual([]);
});

test("CARD-SIGN: the SDK finds our signatures good, and we find the SDK's", async () => {
  const { keys, card: ours } = signed();
  const keyOf = async (kid: string) => {
    const found = keys.find((key) => key.kid === kid)?.key;
    if (!found) throw new Error("no such key");
    const { d: _, ...open } = found;
    return open;
  };
  // Its types are of a decoded card, its canonical form of one as it is on the wire.
  const onWire = z.custom<AgentCard>(() => true);
  await verifyAgentCardSignature(keyOf)(onWire.parse(ours));
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const header = { alg: "EdDSA", kid: "theirs", typ: "JOSE" };
  const theirs = await generateAgentCardSignature(privateKey, header)(onWire.parse(card));
  const set = readKeySet({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "theirs" }] });
  expect(signersOf(theirs, set)).toEqual(["theirs"]);
  expect(signersOf({ ...theirs, version: "2" }, set)).toEqual([]);
});

test("CARD-SIGN: the canonical form is RFC 8785: sorted by UTF-16, without what says nothing", () => {
  const odd = {
    ...card,
    documentationUrl: "",
    iconUrl: "http://x/é",
    capabilities: {},
    signatures: [1],
  };
  expect(canonicalCard({ version: "1", name: "a", description: "" })).toBe(
    '{"name":"a","version":"1"}',
  );
  expect(canonicalCard(odd)).not.toContain("signatures");
  expect(canonicalCard(odd)).toContain('"iconUrl":"http://x/é"');
  expect(canonicalCard(card)).toBe(canonicalCard(knownCard(card)));
  expect(canonicalCard(card)).toContain('"httpAuthSecurityScheme":{"scheme":"Bearer"}');
});

test("the keys are made once, for their owner's eyes alone, and refused when others can read them", () => {
  const path = keyFile();
  const [key] = houseKeys(path, 1_000);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(houseKeys(path, 2_000)).toEqual([key]);
  expect(key && thumbprint(key.key)).toBe(key?.kid);
  chmodSync(path, 0o644);
  expect(() => houseKeys(path, 2_000)).toThrow("others can read");
});

test("no private half leaves the house", () => {
  const text = JSON.stringify(publicKeys(houseKeys(keyFile(), 0)));
  expect(text).not.toContain('"d"');
  expect(text).toContain('"x"');
});

test("a new key signs beside the old one for thirty days, then alone", () => {
  const path = keyFile();
  const [old] = houseKeys(path, 0);
  const made = rotateKeys(path, DAY_MS);
  const both = houseKeys(path, 2 * DAY_MS);
  expect(both.map(({ kid }) => kid)).toEqual([made.kid, old?.kid]);
  const pinned = readKeySet(publicKeys(old ? [old] : []));
  expect(signersOf(signCard(card, both, url), pinned)).toEqual([old?.kid]);
  const later = houseKeys(path, 32 * DAY_MS);
  expect(later.map(({ kid }) => kid)).toEqual([made.kid]);
  expect(signersOf(signCard(card, later, url), pinned)).toEqual([]);
});
