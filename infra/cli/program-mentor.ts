import type { Command } from "commander";
import { json } from "./program-options.ts";

/** The verbs by which the director teaches: guidance, grades, what was learned, brakes let go. */
export function addMentorVerbs(program: Command): void {
  program
    .command("direct")
    .description("give a category guidance for its next prompts (at most 500 characters, 7 days)")
    .argument("<category>")
    .argument("<text>")
    .option(...json)
    .action(async (category, text, options) =>
      (await import("./direct.ts")).direct(category, text, options),
    );

  program
    .command("assess")
    .description(
      "how far the judge can be believed; with a task: your own grade, which it learns from",
    )
    .argument("[task]", "a task or an attempt to grade")
    .option("--score <n>", "your grade, 1 to 10", Number)
    .option("--note <text>", "why")
    .option("--reply <file>", "a mentor's reply in Markdown; - reads what is piped in")
    .option("--mail <file>", "the same as a mail with NIGHTSHIFT_MAIL_KEY in its subject; or -")
    .option("--calibrate", "what each score of the judge is worth by the grades so far")
    .option("--report", "agreement, bias, drift, and what each lesson is worth (the default)")
    .option(...json)
    .action(async (task, options) => (await import("./assess/assess.ts")).assess(task, options));

  program
    .command("known")
    .description("what was learned of each folder, which plans and prompts about it are given")
    .argument("[path]", "only a folder or file and what is in it")
    .option(...json)
    .action(async (path, options) => (await import("./known.ts")).known(path, options));

  program
    .command("release")
    .description("release a quality brake, or all of them")
    .argument("[brake]", "as the digest names it")
    .option(...json)
    .action(async (brake, options) => (await import("./release.ts")).release(brake, options));
}
