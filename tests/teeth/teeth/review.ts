import { inFile, type Tooth } from "../tooth.ts";

const gate = inFile("blackboard/gate.ts", "blackboard/gate-review.test.ts");
const reviewed = inFile(
  "agents/assessor/review/reviewed.ts",
  "agents/assessor/review/reviewed.test.ts",
);
const reviewer = inFile(
  "agents/assessor/review/reviewer.ts",
  "agents/assessor/review/reviewer.test.ts",
);
const claims = inFile("agents/assessor/review/claims.ts", "agents/assessor/review/claims.test.ts");
const mail = inFile("infra/cli/assess/mail-text.ts", "infra/cli/assess/reply.test.ts");
const reply = inFile("infra/cli/assess/reply.ts", "infra/cli/assess/reply.test.ts");
const asked = inFile("agents/dispatcher/assess.ts", "agents/dispatcher/review.test.ts");

/** What no command shows, and who reads for it (C34, F25, I3, I8). */
export const reviewTeeth: readonly Tooth[] = [
  gate(
    "C34: a claim that no reviewer sees met waits for a person",
    "[...unverified(evidence), ...reviewed(evidence)]",
    "unverified(evidence)",
  ),
  gate(
    "I6 F25: at the gate too the author's own family shows no claim to be met",
    "const isOwn = family === executed.family;",
    "const isOwn = false;",
  ),
  gate("C34: a claim that nobody read for is open", "(started.claims ?? 0) - read", "0"),
  gate("C34: where a command fails nobody was to read", 'verified.verdict !== "fail"', "true"),
  inFile("agents/dispatcher/claim.ts", "agents/dispatcher/review.test.ts")(
    "C34: an attempt begins with the number of its task's claims",
    "...(claims > 0 && { claims }),",
    "",
  ),
  inFile("projections/digest/outcomes.ts", "projections/digest/reviews.test.ts")(
    "C34: a report's open claims are told where it is told",
    'code === "review" ||',
    "",
  ),
  reviewed(
    "C34: a quote that does not stand in the work shows nothing",
    "!stands(quote, lines)",
    "false",
  ),
  reviewed("C34: a bracket is no quote", "length >= QUOTE_CHARS_MIN", "length >= 0"),
  reviewed(
    "F25: the author's own family shows no claim to be met",
    "const isOwn = review.family === authorFamily;",
    "const isOwn = false;",
  ),
  inFile("agents/source/unified-diff.ts", "agents/source/unified-diff.test.ts")(
    "C34: no line of content passes for the header of a diff",
    "if (left.old > 0 || left.now > 0) {",
    "if (!line.slice(1).startsWith('@@') && (left.old > 0 || left.now > 0)) {",
  ),
  reviewer(
    "C34: a reviewer that contradicts itself has said nothing",
    "if (new Set(told.map(({ claim }) => claim)).size < told.length) return null;",
    "",
  ),
  reviewer("I8: a reply has its maximum", "text.length > REPLY_CHARS_MAX", "false"),
  reviewer(
    "I3: a review asks for no more than is set aside for it",
    "Math.floor(limits.reviewOutputTokens / ASKS_MAX)",
    "limits.reviewOutputTokens",
  ),
  inFile("agents/assessor/review/reviewer.md.ts", "agents/assessor/review/reviewer.test.ts")(
    "I3: a review reads no more than is set aside for it",
    "work: shortenedTo(room, work)",
    "work",
  ),
  inFile("agents/assessor/shortened.ts", "agents/assessor/review/reviewer.test.ts")(
    "I3: a text takes no more tokens than there is room for, in any script",
    "tokensAtMost(shortened(text, chars)) <= tokensMax",
    "shortened(text, chars).length <= tokensMax",
  ),
  claims("C34: where a command fails nobody is asked", 'if (verdict === "fail") return [];', ""),
  claims("I8: one reviewer reads so many claims", ".slice(0, claimsMax)", ""),
  reply(
    "B11: a mail without the director's key may be anybody's",
    "!subject.includes(key)",
    "false",
  ),
  reply("B11: a short key is no key", "key.length < KEY_CHARS_MIN", 'key === ""'),
  mail("B11: what a mail attaches says nothing", 'disposition.value === "attachment" || ', ""),
  mail(
    "B11: what a mail forwards or says in HTML says nothing",
    'type.value === "text/plain" ? ',
    "true ? ",
  ),
  mail("B11: a file in a mail says nothing, shown inline or not", " || isNamed", ""),
  reply("I8: a reply has its maximum of bytes", "if (bytes > REPLY_BYTES_MAX) {", "if (false) {"),
  asked(
    "I3: a review is paid inside the judge's reservation",
    "inputTokens: INPUT_TOKENS + reviewInputTokens,",
    "inputTokens: INPUT_TOKENS,",
  ),
  asked(
    "I7: an account that says no beside an answer is held, too",
    "for (const limit of answer.limits ?? []) await holdAccount(night, attempt, limit);",
    "",
  ),
  reviewer("I7: a limit of a reviewer's is told", "limited(error);", "void limited;"),
  asked(
    "C34: a review that never came is told, and holds the work back",
    "...(claims.length > 0 && {\n      reviewed",
    "...(claims.length > 0 && answer.review && {\n      reviewed",
  ),
];
