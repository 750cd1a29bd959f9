import { Command, InvalidArgumentError } from "commander";

/** The verbs. Each one's code is loaded when it is called, so that `--help` stays quick. */
export const program = new Command("nightshift")
  .description("Works on your repositories while you sleep; merges only what passes the gates.")
  .version("0.1.0")
  .showHelpAfterError("(see: nightshift --help)")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));

const USAGE = 64;
const collect = (value: string, before: string[]) => [...before, value];
const json = ["--json", "print one JSON value on standard output"] as const;
const repo = ["-r, --repo <folder>", "the repository", "."] as const;

program
  .command("init")
  .description("set a repository up: find its tests, branch and workers, show them, write the file")
  .option(...repo)
  .option("-y, --yes", "take what was found without asking")
  .option("--test <command>", "the command that must stay green")
  .option(...json)
  .action(async (options) => (await import("./init.ts")).init(options));

program
  .command("doctor")
  .description("say what works, what is missing, and the command that mends it")
  .option(...repo)
  .option(...json)
  .action(async (options) => (await import("./doctor.ts")).doctor(options));

program
  .command("add")
  .description("add a task, or all tasks of a file, and say which would not run tonight and why")
  .argument("[title]", "what to do, in one line")
  .option("-r, --repo <folder>", "the repository (default: the one you stand in)")
  .option("--from <file>", "a backlog: TASKS.md or YAML")
  .option("--task <task>", "answer what a parked task asks: what you give comes on top")
  .option("--name <name>", "as you call it, e.g. META-9")
  .option("--text <text>", "more about it")
  .option("--success <command>", "a command that exits with 0 when it is done", collect, [])
  .option("--file <path>", "a file that is there when it is done", collect, [])
  .option("--scope <glob>", "the only paths it may touch", collect, [])
  .option("--drops <path>", "a file it means to shrink or remove", collect, [])
  .option("--tag <tag>", "e.g. architecture", collect, [])
  .option("--depends <name>", "a task that must be done before", collect, [])
  .option("--category <name>", "where its budget comes from (default: capability)")
  .option("--priority <n>", "1 is most urgent, 5 least (default: 3)", whole)
  .option("--output <kind>", "code, report or research (default: code)")
  .option("--model <worker>", "the worker to do it")
  .option(...json)
  .action(async (title, options) => (await import("./add.ts")).add(title, options));

program
  .command("backlog")
  .description("the tasks, what they wait for, and the order they would run in")
  .option(...json)
  .action(async (options) => (await import("./backlog.ts")).backlogVerb(options));

program
  .command("run")
  .description("work through the backlog until it, the budget or the night ends")
  .option("-r, --repo <folder>", "a repository; more than once for several", collect, [])
  .option("--until <HH:MM>", "start nothing new after this time")
  .option("--every <duration>", "time between cycles, e.g. 1h")
  .option("--batch <n>", "tasks a cycle starts at most", whole)
  .option("--schedule <preset>", "nine-slots, four-hourly, two-hourly or hourly")
  .option("--dry-run", "say what would run and what would not, and change nothing")
  .option(...json)
  .action(async (options) => (await import("./run.ts")).run(options));

program
  .command("rehearse")
  .description("a whole night on a sample repository with a scripted model; costs nothing")
  .option("--seed <n>", "order, names and variants of the attacks", whole, 1)
  .option("--keep", "leave the folder for a look around")
  .option(...json)
  .action(async (options) => (await import("./rehearse.ts")).rehearse(options));

program
  .command("status")
  .description("what is happening now: who leads, what runs, what is spent")
  .option(...json)
  .action(async (options) => (await import("./status.ts")).status(options));

program
  .command("digest")
  .description("what a night came to, decisions first")
  .option("--shift <n>", "the number of the night; the latest when left out", whole)
  .option("--markdown", "as Markdown")
  .option("--events", "name the events behind each line")
  .option("--progress", "PROGRESS.md: every task and how it stands")
  .option(...json)
  .action(async (options) => (await import("./digest.ts")).digestVerb(options));

program
  .command("review")
  .description("what waits for you, or one attempt with its diff, evidence and scores")
  .argument("[attempt]", "an attempt, or the name of a task")
  .option(...json)
  .action(async (attempt, options) => (await import("./review.ts")).review(attempt, options));

program
  .command("approve")
  .description("merge what waits for you, after testing the merged tree")
  .argument("<attempt>", "an attempt, or the name of a task")
  .option(...json)
  .action(async (attempt, options) => (await import("./approve.ts")).approve(attempt, options));

program
  .command("reject")
  .description("turn down what waits for you; the reason teaches the next attempt")
  .argument("<attempt>", "an attempt, or the name of a task")
  .requiredOption("--why <text>", "one instruction that the next attempt can act on")
  .option(...json)
  .action(async (attempt, options) => (await import("./reject.ts")).reject(attempt, options));

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
  .command("release")
  .description("release a quality brake, or all of them")
  .argument("[brake]", "as the digest names it")
  .option(...json)
  .action(async (brake, options) => (await import("./release.ts")).release(brake, options));

program
  .command("why")
  .description(
    "walk from a merged line, an attempt or a task back to prompt, bids, scores and cost",
  )
  .argument("<what>", "FILE:LINE, an attempt, the name of a task, or the sha256 of a body")
  .option(...repo)
  .option(...json)
  .action(async (what, options) => (await import("./why.ts")).why(what, options));

program
  .command("replay")
  .description("rebuild every view from the log")
  .option("--check", "compare with the live views; exit 1 if they differ")
  .option("--view <name>", "print one view")
  .option(...json)
  .action(async (options) => (await import("./replay.ts")).replay(options));

const log = program.command("log").description("the event log itself");
log
  .command("verify")
  .description("recompute every hash; name the first event that does not fit")
  .option(...json)
  .action(async (options) => (await import("./log-verify.ts")).logVerify(options));

const agents = program.command("agents").description("who is on the bus, and who may be");
agents
  .command("list", { isDefault: true })
  .description("the agents that the log knows")
  .option(...json)
  .action(async (options) => (await import("./agents.ts")).listAgents(options));
agents
  .command("invite")
  .description("let a guest join: prints its token, once")
  .argument("<name>", "the name on its card")
  .option(...json)
  .action(async (name, options) => (await import("./agents.ts")).inviteAgent(name, options));

program
  .command("agent")
  .description("run one agent of the house in this process, connected to a running night")
  .argument("<name>", "as the settings name it")
  .action(async (name) => (await import("./agent.ts")).agent(name));

function whole(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) {
    throw new InvalidArgumentError("give a whole number of at least 1.");
  }
  return number;
}
