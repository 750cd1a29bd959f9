import { inFile, type Tooth } from "../tooth.ts";

const of = (file: string) => inFile(`agents/dispatcher/${file}.ts`, "agents/dispatcher/shift.test.ts");
const admit = of("admit");
const award = of("award");
const conclude = of("conclude");
const execute = of("execute");
const gate = of("gate");
const merge = of("merge");

/** What the dispatcher makes of a task, step by step (rows 4 to 15). */
export const nightTeeth: readonly Tooth[] = [
  admit("row 4: a task that is done already is refused with evidence", 'type: "task.refuse", reason: answer.reason, evidence', 'type: "task.admit", by: planner, evidence'),
];
