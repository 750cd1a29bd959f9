import { seeded } from "../rehearsal/random.ts";
import type { ContenderMaker } from "./contenders/contender.ts";
import { bestOf } from "./deeds.ts";
import { createLandscape, type Deed, type Departure } from "./landscape.ts";

/** How one contender did on one seed: by day, from the first. */
export type Course = {
  name: string;
  /** Regret a task: how much fitness was missing to the best that could be expected. */
  regret: number[];
  /** What it did on each day. */
  deeds: Deed[][];
};

export type Race = { days: number; tasksADay: number; departure?: Departure };

/** Lets contenders do the same tasks, each with luck of its own. */
export function race(seed: number, how: Race, makers: readonly ContenderMaker[]): Course[] {
  const landscape = createLandscape(seed, how.departure);
  const runners = makers.map((make, at) => {
    const contender = make();
    const course: Course = { name: contender.name, regret: [], deeds: [] };
    return { contender, course, random: seeded(seed * 7_919 + at) };
  });
  const draws = seeded(seed * 104_729);
  for (let day = 1; day <= how.days; day++) {
    const tasks = landscape.tasks(day, how.tasksADay, draws);
    const bests = tasks.map((task) => bestOf(landscape, task));
    for (const { contender, course, random } of runners) {
      const deeds = tasks.map((task) => {
        const deed = contender.choose(task, random);
        contender.learn(task, deed, landscape.observe(task, deed, random));
        return deed;
      });
      const missed = tasks.map((task, at) => {
        const deed = deeds[at];
        return deed ? (bests[at] ?? 0) - landscape.expect(task, deed).fitness : 0;
      });
      course.regret.push(missed.reduce((sum, one) => sum + one, 0) / tasks.length);
      course.deeds.push(deeds);
      contender.endDay(day, random);
    }
  }
  return runners.map(({ course }) => course);
}

/** Mean regret a task over some days of some courses; days count from 1, both ends included. */
export function meanRegret(courses: readonly Course[], from: number, to: number): number {
  const days = courses.flatMap(({ regret }) => regret.slice(from - 1, to));
  return days.reduce((sum, one) => sum + one, 0) / days.length;
}
