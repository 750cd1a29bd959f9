import { sentencesOf } from "./sentences.ts";
import { CODE_CLAUSE, CODE_NOUNS, IRREVERSIBLE, IRREVERSIBLE_COMMANDS } from "./words.ts";

export type Effect = { sentence: string; what: string };

const EXCERPT_CHARS_MAX = 120;

/**
 * The first sentence that asks for an effect outside the repository which no revert takes back
 * (E11, E19), or null. A verb counts where it is an order: at the beginning, or after `and`, `then`
 * and the like. "Document the deploy script" and "a button to publish the page" speak of code.
 */
export function irreversibleEffect(text: string): Effect | null {
  for (const sentence of sentencesOf(text)) {
    for (const { pattern, what } of PATTERNS) {
      for (const match of sentence.matchAll(pattern)) {
        const before = sentence.slice(0, match.index);
        const after = sentence.slice(match.index + match[0].length);
        if (!isOrder(before) || ABOUT_CODE.test(after)) continue;
        return { sentence: sentence.slice(0, EXCERPT_CHARS_MAX), what };
      }
    }
  }
  return null;
}

/** Whether a success condition would itself have such an effect. */
export function irreversibleCommand(line: string): boolean {
  return line
    .toLowerCase()
    .split(/&&|\|\||[;|\n]|\$\(/)
    .map((part) => part.trim().replace(/^(?:(?:\w+=\S*|sudo|npx|time|env|exec|-y)\s+)*/, ""))
    .some((part) =>
      IRREVERSIBLE_COMMANDS.some(
        ({ command, unless }) => command.test(part) && !unless?.test(part),
      ),
    );
}

const FILLER = String.raw`(?:\s+(?:the|a|an|our|my|this|that|all|every|to|on|onto|into|from|out|old|new|latest|whole|entire|unused|stale|test|users?|customers?|production|prod|live|staging|public|monthly|weekly|reminder|marketing|of|in|at|final|its?|them))*`;

const PATTERNS = IRREVERSIBLE.map(({ verb, object, what }) => ({
  what,
  pattern: new RegExp(
    String.raw`\b(?:${verb})(?:${FILLER}\s+${object ?? ""}(?![\w-])|(?=\s*(?:[.!?]|$)))`,
    "g",
  ),
}));

/** What follows makes the object a part of code: "delete the table component". */
const ABOUT_CODE = new RegExp(
  String.raw`^(?:\s+(?!and|or|then|to|for|with|on|in|from|so|after|before)[\w-]+)?\s+(?:${CODE_NOUNS.join("|")})\b`,
);

const CLAUSE = new RegExp(
  String.raw`\b(?:${CODE_CLAUSE.join("|")})\b(?!\s+(?:the|a|an|our|this|it)\b)[^,.;]*$`,
);
const ORDERED =
  /(?:^|[,;:(]\s*|\b(?:and|then|please|finally|also|afterwards|next|now|(?:we|you|i)\s+(?:want|need|have|would like|must|should|can|will)(?:\s+you)?(?:\s+to)?|(?:want|need|have|ready|like|try|remember)\s+to|can you|could you))\s*$/;
/** Orders inside a condition of code are none: "when done, send an email" is behaviour. */
const CONDITION = /\b(?:when|if|whenever|after|before|on|once|unless|until|while)\b[^,]*,?\s*$/;

function isOrder(before: string): boolean {
  if (!ORDERED.test(before)) return false;
  if (/\b(?:want|need|have|ready|like|try|remember)\s+to\s*$/.test(before)) return true;
  if (/(?:we|you|i)\s+\w+(?:\s+\w+)?(?:\s+to)?\s*$/.test(before) && before.trim() !== "")
    return true;
  return !CLAUSE.test(before) && !(CONDITION.test(before) && before.trim() !== "");
}
