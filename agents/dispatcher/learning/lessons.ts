import type { Guidance, Learning, Reflection } from "@nightshift/projections/learning";
import { DAY_MS } from "@nightshift/protocol/clock";
import { shortHash } from "@nightshift/protocol/ids";
import type { Settings } from "@nightshift/protocol/settings";
import type { TaskSpec } from "@nightshift/protocol/task";

/** Events of what the prompt of one attempt ends with, and of what was left out by chance. */
export type LessonsChosen = { shown: string[]; withheld: string[] };

type Ways = Pick<
  Settings,
  "guidanceDays" | "reflectionsShown" | "critiqueBelowScore" | "lessonHoldoutShare"
>;

const GUIDANCE_MAX = 5;
/** Direction for one night is never left out: it is an order and no experiment. */
const ONE_NIGHT_MS = DAY_MS;

/**
 * The lessons for one attempt: guidance that holds (B12), and of the critiques of low scores of the
 * last days those that are most about the task (C29, D25). Chance, which follows from the attempt
 * and the lesson alone, leaves some out, so that what a lesson is worth can be told (F14).
 */
export function chooseLessons(
  learning: Learning,
  spec: Pick<TaskSpec, "category" | "title" | "text" | "scope" | "tags">,
  about: { attempt: string; nowMs: number; settings: Ways },
): LessonsChosen {
  const { attempt, nowMs, settings } = about;
  const guidance = (learning.guidance.get(spec.category) ?? [])
    .filter(({ expiresAtMs }) => expiresAtMs > nowMs)
    .slice(-GUIDANCE_MAX);
  const reflections = (learning.reflections.get(spec.category) ?? []).filter(
    ({ score, atMs }) =>
      score < settings.critiqueBelowScore && nowMs - atMs <= settings.guidanceDays * DAY_MS,
  );
  const told = [
    ...guidance.map((one) => ({ event: one.event, isOrder: isOrder(one) })),
    ...mostRelevant(reflections, spec, settings.reflectionsShown).map(({ event }) => ({
      event,
      isOrder: false,
    })),
  ];
  const isLeftOut = ({ event, isOrder: order }: (typeof told)[number]) =>
    !order && chanceOf(`${attempt} ${event}`) < settings.lessonHoldoutShare;
  return {
    shown: told.filter((one) => !isLeftOut(one)).map(({ event }) => event),
    withheld: told.filter(isLeftOut).map(({ event }) => event),
  };
}

/** The texts of lessons that were chosen earlier; what was taken back since says nothing. */
export function lessonTexts(
  learning: Learning,
  category: string,
  { shown }: LessonsChosen,
): { guidance: string[]; reflections: string[] } {
  const chosen = new Set(shown);
  const texts = (known: readonly { event: string; text: string }[] = []) =>
    known.filter(({ event }) => chosen.has(event)).map(({ text }) => text);
  return {
    guidance: texts(learning.guidance.get(category)),
    reflections: texts(learning.reflections.get(category)),
  };
}

function isOrder({ givenAtMs, expiresAtMs }: Guidance): boolean {
  return expiresAtMs - givenAtMs <= ONE_NIGHT_MS;
}

/**
 * Those that share the most telling words with the task, weighted by how few others have them; among
 * equals the newest. In the order in which they were learned.
 */
export function mostRelevant(
  reflections: readonly Reflection[],
  task: Pick<TaskSpec, "title" | "text" | "scope" | "tags">,
  count: number,
): Reflection[] {
  const asked = wordsOf([task.title, task.text, ...task.scope, ...task.tags].join(" "));
  const words = reflections.map(({ text }) => wordsOf(text));
  const rarity = (word: string) =>
    Math.log(1 + reflections.length / words.filter((own) => own.has(word)).length);
  const worth = words.map((own) => {
    const shared = [...own].filter((word) => asked.has(word));
    const sum = shared.reduce((all, word) => all + rarity(word), 0);
    return sum / Math.sqrt(Math.max(1, own.size));
  });
  const ranked = reflections
    .map((_, at) => at)
    .sort((a, b) => (worth[b] ?? 0) - (worth[a] ?? 0) || b - a);
  const best = new Set(ranked.slice(0, count));
  return reflections.filter((_, at) => best.has(at));
}

/** Words and parts of names, in lower case: `parseAmount` shares `amount` with prose. */
function wordsOf(text: string): Set<string> {
  const parts = text.replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase();
  return new Set(
    parts.match(/[a-z][a-z0-9]{2,}/g)?.map((word) => word.replace(/(?:ing|es|s|e)$/, "")),
  );
}

/** A number in [0, 1) that follows from a text alone. */
function chanceOf(text: string): number {
  return Number.parseInt(shortHash(text), 36) / 36 ** 7;
}
