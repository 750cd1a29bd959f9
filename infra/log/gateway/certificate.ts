import {
  generateKeyPairSync,
  randomBytes,
  sign,
  X509Certificate,
  type KeyObject,
} from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { isIP } from "node:net";
import { join } from "node:path";
import { DAY_MS } from "@nightshift/protocol/clock";
import { bits, boolean, integer, octets, oid, sequence, set, tagged, text, time } from "./der.ts";

/** What a server needs to speak TLS, and the file that its clients trust it by. */
export type Certificate = { certificate: Buffer; key: Buffer; authorityPath: string };

const DAYS_VALID = 825;
/** Days before its end at which a certificate is made anew. */
const DAYS_LEFT_MIN = 30;
const NAMES_ALWAYS = ["localhost", "127.0.0.1", "::1"];

/**
 * The gateway's own certificate, made where there is none: the official clients send a password over
 * TLS alone, on loopback too. Its authority signs this one certificate, then its key is forgotten.
 * @param folder Where the files are kept, private to their owner.
 * @param host A name or address it must be good for, besides those of loopback.
 */
export function ownCertificate(folder: string, host: string, nowMs: number): Certificate {
  const paths = {
    authority: join(folder, "authority.pem"),
    certificate: join(folder, "certificate.pem"),
    key: join(folder, "key.pem"),
  };
  const names = [...new Set([...NAMES_ALWAYS, host])];
  if (!isGood(paths, names, nowMs)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const made = makeCertificate(names, nowMs);
    for (const part of ["key", "certificate", "authority"] as const) {
      const draft = `${paths[part]}.${process.pid}.tmp`;
      writeFileSync(draft, made[part], { mode: 0o600 });
      renameSync(draft, paths[part]);
    }
  }
  return {
    certificate: readFileSync(paths.certificate),
    key: readFileSync(paths.key),
    authorityPath: paths.authority,
  };
}

function isGood(
  paths: Record<"authority" | "certificate" | "key", string>,
  names: readonly string[],
  nowMs: number,
): boolean {
  if (!Object.values(paths).every((path) => existsSync(path))) return false;
  const known = new X509Certificate(readFileSync(paths.certificate));
  const authority = new X509Certificate(readFileSync(paths.authority));
  return (
    known.verify(authority.publicKey) &&
    Date.parse(known.validTo) > nowMs + DAYS_LEFT_MIN * DAY_MS &&
    names.every((name) => (isIP(name) ? known.checkIP(name) : known.checkHost(name)))
  );
}

function makeCertificate(names: readonly string[], nowMs: number) {
  const authority = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const server = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const years = { fromMs: nowMs - DAY_MS, toMs: nowMs + DAYS_VALID * DAY_MS };
  const authorityName = "Night Shift gateway authority";
  const signed = { signer: authority.privateKey, issuer: authorityName, ...years };
  return {
    authority: pem(
      certify({ ...signed, subject: authorityName, key: authority.publicKey }, [
        extension("2.5.29.19", true, sequence(boolean(true))),
        // keyCertSign
        extension("2.5.29.15", true, bits(Buffer.from([0x04]), 2)),
      ]),
    ),
    certificate: pem(
      certify({ ...signed, subject: "Night Shift gateway", key: server.publicKey }, [
        // digitalSignature
        extension("2.5.29.15", true, bits(Buffer.from([0x80]), 7)),
        // serverAuth
        extension("2.5.29.37", false, sequence(oid("1.3.6.1.5.5.7.3.1"))),
        extension("2.5.29.17", false, sequence(...names.map(alternativeName))),
      ]),
    ),
    key: server.privateKey.export({ type: "pkcs8", format: "pem" }),
  };
}

type Claim = {
  subject: string;
  issuer: string;
  key: KeyObject;
  signer: KeyObject;
  fromMs: number;
  toMs: number;
};

/** An X.509 certificate, version 3, signed with ECDSA and SHA-256. */
function certify(claim: Claim, extensions: Buffer[]): Buffer {
  const algorithm = sequence(oid("1.2.840.10045.4.3.2"));
  const positive = randomBytes(16);
  positive.writeUInt8((positive.readUInt8(0) & 0x7f) | 0x40, 0);
  const content = sequence(
    tagged(0, integer(Buffer.from([2])), true),
    integer(positive),
    algorithm,
    distinguished(claim.issuer),
    sequence(time(claim.fromMs), time(claim.toMs)),
    distinguished(claim.subject),
    claim.key.export({ type: "spki", format: "der" }),
    tagged(3, sequence(...extensions), true),
  );
  return sequence(content, algorithm, bits(sign("sha256", content, claim.signer)));
}

function distinguished(commonName: string): Buffer {
  return sequence(set(sequence(oid("2.5.4.3"), text(commonName))));
}

function extension(id: string, critical: boolean, content: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octets(content));
}

function alternativeName(name: string): Buffer {
  if (!isIP(name)) return tagged(2, Buffer.from(name), false);
  const isShort = isIP(name) === 4;
  return tagged(7, isShort ? Buffer.from(name.split(".").map(Number)) : longAddress(name), false);
}

/** The sixteen bytes of an IPv6 address. */
function longAddress(name: string): Buffer {
  const [before = "", after = ""] = name.split("::");
  const groups = (part: string) =>
    part === "" ? [] : part.split(":").map((one) => parseInt(one, 16));
  const [head, tail] = [groups(before), groups(after)];
  const gap = name.includes("::") ? 8 - head.length - tail.length : 0;
  const all = [...head, ...Array.from({ length: gap }, () => 0), ...tail];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

function pem(der: Buffer): string {
  const lines = der.toString("base64").replaceAll(/(.{64})/g, "$1\n");
  return `-----BEGIN CERTIFICATE-----\n${lines.trimEnd()}\n-----END CERTIFICATE-----\n`;
}
