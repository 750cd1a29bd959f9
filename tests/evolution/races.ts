import { lessonOf } from "@nightshift/agents/evolver/router/lessons";
import type { Prior } from "@nightshift/agents/evolver/router/belief";
import type { ContenderMaker } from "@nightshift/infra/sim/landscape/contenders/contender";
import { documentsContender } from "@nightshift/infra/sim/landscape/contenders/documents-ga";
import { ourContender } from "@nightshift/infra/sim/landscape/contenders/ours";
import {
  fixedContender,
  modelContender,
  randomContender,
} from "@nightshift/infra/sim/landscape/contenders/simple";
import { race, type Course } from "@nightshift/infra/sim/landscape/race";
import type { Departure } from "@nightshift/infra/sim/landscape/landscape";

const DAYS = 25;
const TASKS_A_DAY = 62;

/** All who are held against one another, in the order in which they are told. */
export const EVERYBODY: readonly ContenderMaker[] = [
  randomContender,
  fixedContender,
  documentsContender,
  modelContender,
  ourContender,
];

/** Courses of some contenders by name, over seeds from `first`. */
export function courses(
  seeds: number,
  makers: readonly ContenderMaker[],
  departure: Departure = {},
  first = 1,
): Map<string, Course[]> {
  const how = { days: DAYS, tasksADay: TASKS_A_DAY, departure };
  const all = Array.from({ length: seeds }, (_, at) => race(first + at, how, makers)).flat();
  return Map.groupBy(all, ({ name }) => name);
}

/** Ours, taught the opposite of every lesson. */
export function misled(): ReturnType<ContenderMaker> {
  return { ...ourContender({ priorOf: turned }), name: "ours, misled" };
}

function turned(name: string): Prior {
  const lesson = lessonOf(name, 1);
  // What thrift is, and where a score lies, is no lesson.
  if (name === "bias" || name === "thrift") return lesson;
  return { ...lesson, means: lesson.means.map((mean) => -mean) };
}

/** Ours without any lesson. */
export function untaught(): ReturnType<ContenderMaker> {
  return { ...ourContender({ settings: { routerLessonWeight: 0 } }), name: "ours, untaught" };
}

/** The share of a day's tasks that a model did, over courses; days count from 1. */
export function shareOf(model: string, ofCourses: readonly Course[], day: number): number {
  const deeds = ofCourses.flatMap((course) => course.deeds[day - 1] ?? []);
  return deeds.filter((deed) => deed.model === model).length / deeds.length;
}
