import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { MASK, maskSecrets } from "./secrets.ts";

/** Put together here, so that no scanner of this repository takes them for real. */
const letters = (count: number) => "aB3dE5gH7jK9mN1pQ2sT4vW6".repeat(6).slice(0, count);
const digits = (count: number) => "1234567890".repeat(4).slice(0, count);
/** Hugging Face tokens are letters alone. */
const WORD = "abcdefghijklmnopqrstuvwxyzABCDEFGH";
const KEY_LINES = `${letters(64)}\n${letters(40)}`;
const privateKey = (kind: string) =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${KEY_LINES}\n-----END ${kind}PRIVATE KEY-----`;

test.each([
  ["Anthropic key", `sk-ant-api03-${letters(60)}`],
  ["OpenAI key", `sk-${letters(48)}`],
  ["OpenAI project key", `sk-proj-${letters(64)}`],
  ["GitHub token", `ghp_${letters(36)}`],
  ["fine-grained GitHub token", `github_pat_${letters(82)}`],
  ["AWS key id", `AKIA${letters(16).toUpperCase()}`],
  ["Google key", `AIza${letters(35)}`],
  ["GitLab token", `glpat-${letters(20)}`],
  ["npm token", `npm_${letters(36)}`],
  ["Slack token", `xoxb-${digits(12)}-${digits(12)}-${letters(24)}`],
  ["Stripe key", `sk_live_${letters(24)}`],
  ["signed token", `eyJ${letters(20)}.eyJ${letters(30)}.${letters(30)}`],
  ["SendGrid key", `SG.${letters(22)}.${letters(43)}`],
  ["Hugging Face token", `hf_${WORD}`],
  ["Groq key", `gsk_${letters(52)}`],
  ["Docker token", `dckr_pat_${letters(27)}`],
  ["Databricks token", `dapi${"0123456789abcdef".repeat(2)}`],
  ["Vault token", `hvs.${letters(95)}`],
  ["Shopify token", `shpat_${digits(32)}`],
  ["Linear key", `lin_api_${letters(40)}`],
  [
    "Slack webhook",
    `https://hooks.slack.com/services/T${letters(8)}/B${letters(8)}/${letters(24)}`,
  ],
])("the %s is masked, the words around it stay", async (_, secret) => {
  for (const text of [`before ${secret} after`, JSON.stringify({ line: `"${secret}"` }), secret]) {
    const masked = await maskSecrets(text);
    expect(masked.text).not.toContain(secret.slice(-8));
    expect(masked.text).toContain(MASK);
    expect(masked.found).toBeGreaterThan(0);
  }
  expect((await maskSecrets(`before ${secret} after`)).text).toMatch(/^before .*after$/s);
});

test.each(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "])(
  "a %sprivate key is masked",
  async (kind) => {
    const key = privateKey(kind);
    expect((await maskSecrets(`a\n${key}\nb`)).text).toBe(`a\n${MASK}\nb`);
    const quoted = JSON.stringify({ key });
    expect((await maskSecrets(quoted)).text).toBe(JSON.stringify({ key: MASK }));
    const cutOff = key.slice(0, 90);
    expect((await maskSecrets(`a\n${cutOff}`)).text).not.toContain(letters(20));
  },
);

test.each([
  [`Authorization: Bearer ${letters(30)}`, `Authorization: Bearer ${MASK}`],
  [`"authorization":"Bearer ${letters(30)}"`, `"authorization":"Bearer ${MASK}"`],
  [
    `{\\"Authorization\\": \\"Basic ${letters(30)}\\"}`,
    `{\\"Authorization\\": \\"Basic ${MASK}\\"}`,
  ],
  [`curl -H "bearer ${letters(30)}"`, `curl -H "bearer ${MASK}"`],
  [`"x-api-key": "${letters(30)}",`, `"x-api-key": "${MASK}",`],
  [`export OUR_TOKEN=${letters(30)} x`, `export OUR_TOKEN=${MASK} x`],
  [`postgres://ann:${letters(9)}@db.example:5432/x`, `postgres://ann:${MASK}@db.example:5432/x`],
  [`https://ann:${letters(9)}@host.example/x`, `https://ann:${MASK}@host.example/x`],
])("of %s only the secret is masked", async (text, masked) => {
  expect(await maskSecrets(text)).toEqual({ text: masked, found: 1 });
});

test.each([
  ["prose", "The task asks for a token bucket; the password field stays empty: type=password."],
  [
    "code",
    'const key = map.get("key"); headers.Authorization = `Bearer ${token}`; disk-usage-of-x',
  ],
  ["names that look like keys", "sk-circle-fade-dot-animation-name task-aaaaaaaaaaaaaaaaaaaaaaaaa"],
  ["hashes and ids", `${"0123456789abcdef".repeat(4)} 00000000-0000-4000-8000-000000000001`],
  ["addresses", "http://127.0.0.1:8080/path?x=1 git@github.com:owner/repo.git"],
  ["a public key", `-----BEGIN PUBLIC KEY-----\n${KEY_LINES}\n-----END PUBLIC KEY-----`],
])("%s is kept as it is", async (_, text) => {
  expect(await maskSecrets(text)).toEqual({ text, found: 0 });
});

test("a comment in the text does not switch the rules off", async () => {
  const secret = `hf_${WORD}`;
  for (const comment of [
    "secretlint-disable",
    "secretlint-disable-line",
    "secretlint-disable -- x",
  ]) {
    const { text, found } = await maskSecrets(`/* ${comment} */ ${secret} // ${comment}`);
    expect(found).toBe(1);
    expect(text).toBe(`/* ${comment} */ ${MASK} // ${comment}`);
  }
});

test("what was masked stays as it is when it is masked again", async () => {
  const once = await maskSecrets(
    `Authorization: Bearer ${letters(30)}\n${privateKey("")}\nA_KEY=${letters(20)}`,
  );
  expect(once.found).toBe(3);
  expect(await maskSecrets(once.text)).toEqual({ text: once.text, found: 0 });
});

test("many secrets in one text are all masked", async () => {
  const text = Array.from(
    { length: 500 },
    (_, n) => `line ${n} ghp_${letters(32)}${1000 + n}`,
  ).join("\n");
  const { text: masked, found } = await maskSecrets(text);
  expect(found).toBe(500);
  expect(masked).not.toContain("ghp_");
});

test("a text made to be slow is read in time", async () => {
  const pieces = [
    "-----BEGIN PRIVATE KEY-----",
    "://a",
    "A_",
    "a://b:",
    "token='",
    "eyJ",
    "-eyJ",
    "eyJa.",
    "sk-",
    "-sk-",
    "sk-ant-api03-",
    "ghs_1_a.a.",
    "SG.a.",
    "xoxb-1-",
    "a:b@",
    "ops_eyA",
    "-",
    "npm_",
    "mongodb://a:",
    "postgres://",
    "authorization: bearer ",
    "aws_secret",
    "KEY=",
    " ",
  ];
  // With a trace in front, so that every shape and every rule has to read it.
  const texts = pieces.map((piece) => `hf_ ${piece.repeat(100_000 / piece.length)}`);
  const begun = performance.now();
  for (const text of texts) await maskSecrets(text);
  expect(performance.now() - begun).toBeLessThan(8_000);
});

test("clean text costs less than a millisecond for 100 KB", async () => {
  const clean = "export function add(left: number, right: number) {\n  return left + right;\n}\n";
  const text = clean.repeat(Math.ceil(102_400 / clean.length));
  const times: number[] = [];
  for (let run = 0; run < 30; run += 1) {
    const begun = performance.now();
    await maskSecrets(text);
    times.push(performance.now() - begun);
  }
  expect(Math.min(...times)).toBeLessThan(1);
});

test("the rules are found from whatever folder the process was started in", () => {
  const script = `
    const { maskSecrets } = await import(${JSON.stringify(`${import.meta.dirname}/secrets.ts`)});
    console.log((await maskSecrets("hf_abcdefghijklmnopqrstuvwxyzABCDEFGH")).text);
  `;
  const command = ["--input-type=module-typescript", "--eval", script];
  const { stdout } = spawnSync(process.execPath, command, { cwd: "/", env: {}, encoding: "utf8" });
  expect(stdout).toBe(`${MASK}\n`);
});
