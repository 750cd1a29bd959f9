import type { Check } from "@nightshift/protocol/attempt";
import type { Change } from "./changes.ts";
import { lineIn } from "./line-at.ts";

const PATTERNS: readonly (readonly [name: string, pattern: RegExp])[] = [
  ["private key", /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s*[A-Za-z0-9+/=\s\\n]{40,}/g],
  ["AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ["GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{50,})\b/g],
  ["GitLab token", /\bglpat-[A-Za-z0-9_-]{20,}/g],
  ["model API key", /\bsk-(?:ant-|proj-|or-)?[A-Za-z0-9_-]{32,}/g],
  ["Slack token", /\bxox[abposr]-[A-Za-z0-9-]{20,}/g],
  ["Google API key", /\bAIza[A-Za-z0-9_-]{35}\b/g],
  ["npm token", /\bnpm_[A-Za-z0-9]{36}\b/g],
  ["Stripe key", /\b[rs]k_live_[A-Za-z0-9]{20,}/g],
  ["signed token", /\beyJ[A-Za-z0-9_-]{15,}\.eyJ[A-Za-z0-9_-]{15,}\.[A-Za-z0-9_-]{20,}/g],
  ["address with password", /\b[a-z][a-z0-9+]{2,12}:\/\/[^\s/:@"'`]{1,60}:[^\s/@"'`$<{]{8,}@/g],
  // A value of letters and digits: a message, an address or a name of a setting is no password.
  ["password or key in code", assignment()],
];

function assignment(): RegExp {
  const name = "(?:password|passwd|secret|api_?key|access_?token|auth_?token)";
  const value = String.raw`(?=[A-Za-z_+=!-]*\d[A-Za-z_+=!-]*\d)[\w+/=!-]{16,}`;
  return new RegExp(String.raw`\b${name}["']?\s*[:=]\s*["'\`]${value}["'\`]`, "gi");
}

const PLACEHOLDER = /example|sample|dummy|placeholder|changeme|your[-_ ]|xxxx|<[a-z]|\$\{|\.\.\./i;
const BITS_MIN = 3;

/** A secret found: what it is, never what it says (I12). */
type Secret = { what: string; line: number; text: string };

/** Secrets in a text by the shapes that issuers give them; placeholders are none. */
export function secretsIn(text: string): Secret[] {
  const found: Secret[] = [];
  const lineAt = lineIn(text);
  for (const [what, pattern] of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      if (PLACEHOLDER.test(match[0]) || bitsPerLetter(valueOf(match[0])) < BITS_MIN) continue;
      found.push({ what, line: lineAt(match.index), text: match[0] });
    }
  }
  return found;
}

/** The text with every secret in it replaced by what it is. */
export function masked(text: string): string {
  let shown = text;
  for (const secret of secretsIn(text)) {
    shown = shown.replaceAll(secret.text, `[${secret.what}]`);
  }
  return shown;
}

/** Whether the change adds a secret that the same file did not hold before. */
export function secretCheck(changes: readonly Change[]): Check {
  const added = changes.flatMap(({ path, before, after }) => {
    if (after === null) return [];
    return secretsIn(after)
      .filter(({ text }) => before?.includes(text) !== true)
      .map(({ what, line }) => `${path}:${line} holds what looks like a ${what}`);
  });
  return {
    name: "no secrets",
    kind: "secret",
    outcome: added.length === 0 ? "pass" : "fail",
    detail: added.length === 0 ? "no secret is added" : added.join("; ").slice(0, 2_000),
  };
}

/** The value of an assignment, or the whole where there is none. */
function valueOf(text: string): string {
  return /["'`]([^"'`]+)["'`]$/.exec(text)?.[1] ?? text;
}

/** Shannon entropy: a random token has 4 and more, a row of the same letters has little. */
function bitsPerLetter(text: string): number {
  const counts = new Map<string, number>();
  for (const letter of text) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values())
    bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
