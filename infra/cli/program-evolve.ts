import type { Command } from "commander";
import { json, whole } from "./program-options.ts";

/** The verbs of evolution, and of what would have been. */
export function addEvolveVerbs(program: Command, useLog: (where: string) => void): void {
  const evolve = program.command("evolve").description("how the way of working changes, and why");
  evolve
    .command("status", { isDefault: true })
    .description("genomes, what is tried and adopted, and the weights of the categories")
    .option(...json)
    .action(async (options) => (await import("./evolve/status.ts")).evolveStatus(options));
  evolve
    .command("lineage")
    .description("who was bred from whom")
    .argument("[category]", "one category (default: all)")
    .option(...json)
    .action(async (category, options) =>
      (await import("./evolve/lineage.ts")).evolveLineage(category, options),
    );
  evolve
    .command("explain")
    .description("the story of a genome or of a change, with the events behind it")
    .argument("<what>", "a genome or a change, as status and lineage name it")
    .option(...json)
    .action(async (what, options) =>
      (await import("./evolve/explain.ts")).evolveExplain(what, options),
    );
  evolve
    .command("freeze")
    .description("let nothing change any more; what is in force stays in force")
    .option("--off", "let it change again")
    .option(...json)
    .action(async (options) => (await import("./evolve/freeze.ts")).evolveFreeze(options));
  evolve
    .command("reset")
    .description("take every change back and retire every genome: as on the first day")
    .option("-y, --yes", "without being asked")
    .option(...json)
    .action(async (options) => (await import("./evolve/reset.ts")).evolveReset(options));

  const sim = program
    .command("sim")
    .description("what another policy, router, schedule or budget would have made of a log")
    .option("--log <where>", "the log (default: yours)")
    .on("option:log", useLog)
    .option("--policy <file>", "another way to work: rules, settings, router, schedule, budget")
    .option("--schedule <preset>", "nine-slots, four-hourly, two-hourly or hourly")
    .option("--batch <n>", "tasks a cycle starts at most", whole)
    .option("--day-usd <n>", "dollars a day at most", Number)
    .option("--week-tokens <n>", "tokens a week at most", whole)
    .option("--router <ways>", "e.g. boldness=0.2,lessonWeight=0,forgetDays=30")
    .option(...json)
    .action(async (options) => (await import("./sim/sim.ts")).sim(options));
  sim
    .command("days")
    .description("live days in a landscape made of the documents' figures: real rules, no model")
    .argument("<n>", "how many", whole)
    .option("--seed <n>", "of tasks, models and luck", whole, 1)
    .option("--tasks <n>", "a day", whole, 62)
    .option("--keep <file>", "a new log with all of it")
    .option(...json)
    .action(async (days, options) => (await import("./sim/days.ts")).simDays(days, options));
  sim
    .command("windows")
    .description(
      "live weeks of subscription windows by the real rules, beside other ways to use them",
    )
    .argument("[weeks]", "how many", whole, 8)
    .option("--seeds <n>", "of tasks and days, from 1 on", whole, 1)
    .option("--alone", "without a crontab and the cadences of the documents")
    .option(...json)
    .action(async (weeks, options) =>
      (await import("./sim/windows.ts")).simWindows(weeks, options),
    );
}
