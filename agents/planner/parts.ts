import {
  SuccessCondition,
  type TaskSpec,
  TITLE_CHARS_MAX,
  TEXT_CHARS_MAX,
} from "@nightshift/protocol/task";
import { z } from "zod";
import { matchesAny } from "../verifier/glob.ts";
import { irreversibleCommand } from "./irreversible.ts";

/** One piece of a split task, as the plan tells it. */
export type Part = Pick<TaskSpec, "title" | "text" | "success" | "scope">;

export const PARTS_MAX = 8;
const CONDITIONS_MAX = 10;

const Answer = z.object({
  parts: z
    .array(
      z.object({
        title: z.string().trim().min(1),
        text: z.string().default(""),
        success: z.array(SuccessCondition).max(CONDITIONS_MAX).default([]),
        scope: z.array(z.string().max(300)).max(50).default([]),
      }),
    )
    .min(2)
    .max(PARTS_MAX),
});

/** The parts that a model answered with, fenced or not; null where it holds none. */
export function readParts(text: string): Part[] | null {
  const from = text.indexOf("{");
  const to = text.lastIndexOf("}");
  if (from === -1 || to < from) return null;
  try {
    const read = Answer.safeParse(JSON.parse(text.slice(from, to + 1)));
    return read.success ? read.data.parts : null;
  } catch {
    // A model may answer with anything; what is no JSON is no answer.
    return null;
  }
}

/**
 * Parts as tasks of their own: each says what it is a part of, keeps to its parent's scope, and has
 * a success condition (its own, else its share of the parent's files, else the repository's tests).
 */
export function completeParts(parts: readonly Part[], spec: TaskSpec, testCommand: string): Part[] {
  const fallback: SuccessCondition = { kind: "command", command: testCommand };
  const wanted = spec.success.flatMap((one) => (one.kind === "file" ? one.path : []));
  return parts.map((part, index) => {
    const preface = `Part ${index + 1} of ${parts.length} of "${spec.title}".`;
    const body = part.text === "" ? preface : `${preface}\n\n${part.text}`;
    const own = part.success.filter(
      (one) => one.kind === "file" || !irreversibleCommand(one.command),
    );
    const mine = wanted
      .filter((path) => body.includes(path) || part.title.includes(path))
      .map((path): SuccessCondition => ({ kind: "file", path }));
    const success = own.length > 0 ? own : mine.length > 0 ? mine : [fallback];
    return {
      title: part.title.slice(0, TITLE_CHARS_MAX),
      text: body.slice(0, TEXT_CHARS_MAX),
      success: spec.output === "code" ? success : own,
      scope: insideOf(part.scope, spec.scope),
    };
  });
}

/** A part may narrow what its parent may touch, never widen it; nothing left is all of it. */
function insideOf(scope: readonly string[], parent: readonly string[]): string[] {
  const inside = scope.filter((glob) => parent.length === 0 || matchesAny(glob, parent));
  return inside.length > 0 ? inside : [...parent];
}
