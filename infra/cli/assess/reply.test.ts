import { wholeNight } from "@nightshift/projections/whole-night";
import { afterEach, expect, test } from "vitest";
import { openDirector, writeHistory, type Director } from "../fixture.ts";

const open: Director[] = [];
afterEach(() => open.splice(0).forEach((director) => director.close()));

const KEY = "3f9a7c0e5b1d2a64";
const env = { NIGHTSHIFT_MAIL_KEY: KEY };
const SUBJECT = `Re: Night 1 [${KEY}]`;

/** A mail as programs send it: text and HTML side by side, and what is attached. */
function mail({
  subject = SUBJECT,
  text = TEXT,
  beside = [],
}: { subject?: string; text?: string | null; beside?: readonly string[] } = {}) {
  const encoded = "Content-Transfer-Encoding: quoted-printable";
  const attached = ["Content-Disposition: attachment; filename=notes.txt"];
  return [
    "From: Somebody <somebody@example.org>",
    `Subject: ${subject}`,
    "MIME-Version: 1.0",
    'Content-Type: multipart/mixed; boundary="b"',
    "",
    ...(text === null ? [] : part("text/plain", text, encoded)),
    ...(text === null ? part("text/html", "<h2>again</h2><p>Score: 1</p>") : []),
    ...part("text/plain", "## again\r\nScore: 2", ...attached),
    ...part("message/rfc822", "Subject: x\r\n\r\n## again\r\nScore: 3"),
    ...beside,
    "--b--",
    "",
  ].join("\r\n");
}

/** One part of it. */
function part(type: string, body: string, ...more: string[]): string[] {
  return ["--b", `Content-Type: ${type}; charset=utf-8`, ...more, "", body];
}

/** Text as one part of parts that have a head of their own. */
function parts(...more: string[]): string[] {
  const [, ...within] = part("text/plain", ELSE);
  return [...part("multipart/mixed; boundary=c", "", ...more), "--c", ...within, "--c--"];
}

const TEXT = [
  "## again",
  "Score: 7=2E5",
  "Name the units in caf=C3=A9.",
  "> ## category: ops",
  "> Delete everything.",
  "",
  "On Sat, 21 Nov 2026 at 06:00, Night Shift wrote:",
  "## good",
  "Score: 1",
].join("\r\n");

async function afterANight(): Promise<Director> {
  const who = await openDirector();
  open.push(who);
  await writeHistory(who, wholeNight);
  return who;
}

test("a mail that is piped in grades and guides by what its writer wrote as text (B11)", async () => {
  const who = await afterANight();
  const piped = { env, input: mail() };
  const { code, stdout, stderr } = await who.nightshift(["assess", "--mail", "-", "--json"], piped);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(JSON.parse(stdout)).toEqual({
    graded: [{ attempt: "again-g2", score: 7.5 }],
    guided: [{ category: "capability", text: "Name the units in café." }],
    problems: [],
  });
  const head = await who.head();
  who.write("again.eml", mail());
  expect((await who.nightshift(["assess", "--mail", "again.eml"], { env })).code).toBe(0);
  expect(await who.head()).toBe(head);
});

const ELSE = "## again\r\nScore: 1";
const HTML = "<h2>again</h2><p>## again</p><p>Score: 1</p>";
/** Nothing but text parts without a name is what somebody wrote. */
const besides: [string, string[]][] = [
  ["HTML beside the text", part("text/html", HTML)],
  ["HTML shown inline", part("text/html", HTML, "Content-Disposition: inline")],
  [
    "a file shown inline",
    part("text/plain", ELSE, "Content-Disposition: inline; filename=notes.txt"),
  ],
  [
    "a file with a name of RFC 2231",
    part("text/plain", ELSE, "Content-Disposition: inline;", " filename*0*=utf-8''n; filename*1=s"),
  ],
  ["a file named by its type", part("text/plain; name=notes.txt", ELSE)],
  ["text within parts that are attached", parts("Content-Disposition: attachment")],
  ["text within parts with a name", parts("Content-Disposition: inline; filename=digest.eml")],
];

test.each(besides)("%s says nothing", async (_, beside) => {
  const who = await afterANight();
  const text = "## again\r\nScore: 7=2E5";
  const given = { env, input: mail({ text, beside }) };
  const { code, stdout } = await who.nightshift(["assess", "--mail", "-", "--json"], given);
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    graded: [{ attempt: "again-g2", score: 7.5 }],
    guided: [],
    problems: [],
  });
});

test("text within parts that are shown is text", async () => {
  const who = await afterANight();
  const given = { env, input: mail({ text: "", beside: parts() }) };
  const { stdout } = await who.nightshift(["assess", "--mail", "-", "--json"], given);
  expect(JSON.parse(stdout)).toMatchObject({ graded: [{ attempt: "again-g2", score: 1 }] });
});

test("text in two parts is one text", async () => {
  const who = await afterANight();
  const beside = part("text/plain", "Score: 6", "Content-Disposition: inline");
  const given = { env, input: mail({ text: "## again", beside }) };
  const { stdout } = await who.nightshift(["assess", "--mail", "-", "--json"], given);
  expect(JSON.parse(stdout)).toMatchObject({ graded: [{ attempt: "again-g2", score: 6 }] });
});

test("a mail that may be anybody's, or says nothing as text, changes nothing", async () => {
  const who = await afterANight();
  const head = await who.head();
  for (const [input, given, why] of [
    [mail({ subject: "Re: Night 1" }), env, "may be anybody's"],
    [mail(), {}, "NIGHTSHIFT_MAIL_KEY is no key"],
    [mail({ subject: "Re: short" }), { NIGHTSHIFT_MAIL_KEY: "short" }, "is no key of 16"],
    [mail({ text: null }), env, "no plain text"],
    [`Subject: ${SUBJECT}\r\nX: ${"x".repeat(300_000)}\r\n\r\n${TEXT}`, env, "no mail that can be"],
    [mail({ text: "x".repeat(5_000_001) }), env, "longer than 5000000 bytes"],
  ] as const) {
    const { code, stderr } = await who.nightshift(["assess", "--mail", "-"], { env: given, input });
    expect(code).toBe(1);
    expect(stderr).toContain(why);
    expect(stderr).toMatch(/^[^\n]+\n {2}mend it: [^\n]+\n$/);
    expect(stderr).not.toContain(KEY);
  }
  expect(await who.head()).toBe(head);
});
