import { resolve } from "node:path";
import { Command, Option } from "commander";
import { addEvolveVerbs } from "./program-evolve.ts";
import { addMentorVerbs } from "./program-mentor.ts";
import { addLogVerbs } from "./program-log.ts";
import { collect, json, port, repo, whole } from "./program-options.ts";

/** The verbs. Each one's code is loaded when it is called, so that `--help` stays quick. */
export const program = new Command("nightshift")
  .description("Works on your repositories while you sleep; merges only what passes the gates.")
  .version("0.1.0")
  .option("--log <where>", "the log: a path, esdb://… or kurrentdb://… (also NIGHTSHIFT_LOG)")
  .on("option:log", useLog)
  .showHelpAfterError("(see: nightshift --help)")
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : USAGE));

const USAGE = 64;

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
  .option("--no-probe", "have no agent CLI make its one small edit")
  .option(...json)
  .action(async (options) => (await import("./doctor/doctor.ts")).doctor(options));

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
  .option("--claim <sentence>", "what holds besides and no command shows", collect, [])
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
  .option("--resume-until <HH:MM>", "go on by itself after a limit has reset, up to this time")
  .option("--every <duration>", "time between cycles, e.g. 1h")
  .option("--batch <n>", "tasks a cycle starts at most", whole)
  .option("--schedule <preset>", "nine-slots, four-hourly, two-hourly or hourly")
  .option("-y, --yes", "where nothing is set up: take what is found without asking")
  .option("--dry-run", "say what would run and what would not, and change nothing")
  .option(...json)
  .action(async (options) => (await import("./run.ts")).run(options));

program
  .command("rehearse")
  .description("a whole night on a sample repository with a scripted model; costs nothing")
  .option("--seed <n>", "order, names and variants of the attacks", whole, 1)
  .option("--keep", "leave the folder for a look around")
  .option("--bus <kind>", "nats: a process for each agent, at a broker of their own")
  .option(...json)
  .action(async (options) => (await import("./rehearse.ts")).rehearse(options));

program
  .command("status")
  .description("what is happening now: who leads, what runs, what is spent")
  .option("--views", "where each view stands: version, last event, how far behind the log")
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
  .option("--refresh", "hear first what is new at the forge: checks, comments, merges")
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
  .command("redo")
  .description("have a task done again; the next attempt is told your note")
  .argument("<task>", "an attempt, or a task by its name")
  .requiredOption("--note <text>", "what the next attempt should do better, in one instruction")
  .option(...json)
  .action(async (task, options) => (await import("./redo.ts")).redo(task, options));

addMentorVerbs(program);

program
  .command("watch")
  .description("follow the log as it grows, in words; Ctrl-C ends it")
  .option("--type <type>", "only these, e.g. attempt.failed or attempt.*", collect, [])
  .option("--task <task>", "only what is about a task")
  .option("--stream <stream>", "only these, e.g. repo-*", collect, [])
  .option("--since <when>", "from there on: a position, a time, 'shift 2 start'")
  .option("--once", "end where the log ends now")
  .option("--json", "one JSON object a line")
  .action(async (options) => (await import("./watch.ts")).watch(options));

program
  .command("undo")
  .description("take back a merge, or what you said; without a name: what can be undone")
  .argument(
    "[what...]",
    "a task, an attempt, a commit, an event; direct <category>; release <brake>",
  )
  .option("--why <text>", "a reason, for the log and the commit")
  .option(...json)
  .action(async (what, options) => (await import("./undo.ts")).undo(what, options));

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
  .option("--calls", "make every call of a model again from its body, offline, byte by byte")
  .option("--view <name>", "print one view")
  .option("--to <when>", "as it was: a position, a time, HH:MM of the last night, 'shift 2'")
  .option("--diff <when...>", "what changed between two of them")
  .option(...json)
  .action(async (options) => (await import("./replay/replay.ts")).replay(options));

program
  .command("diff")
  .description("what is another between two nights, and what was changed")
  .command("night")
  .description("holds a night against an earlier one, most important first")
  .argument("<before>", "the number of a night", whole)
  .argument("<after>", "the number of another", whole)
  .option("--events", "name the events behind each line")
  .option(...json)
  .action(async (a, b, options) => (await import("./diff-night.ts")).diffNight(a, b, options));

addLogVerbs(program);
addEvolveVerbs(program, useLog);

program
  .command("serve")
  .description("serve the log to EventStoreDB and KurrentDB clients of any language")
  .requiredOption("--esdb-port <n>", "the port; 0 takes a free one", port)
  .option("--host <address>", "where to listen", "127.0.0.1")
  .option("--cert <file>", "the certificate, PEM (default: one of its own)")
  .option("--key <file>", "the key of the certificate, PEM")
  .option("--insecure", "without TLS; the official clients then send no password")
  .addOption(new Option("--attached", "end when standard input closes").hideHelp())
  .option(...json)
  .action(async (options) => (await import("./serve.ts")).serve(options));

const agents = program.command("agents").description("who is on the bus, and who may be");
agents
  .command("list", { isDefault: true })
  .description("the agents that the log knows")
  .option(...json)
  .action(async (options) => (await import("./agents/agents.ts")).listAgents(options));
agents
  .command("add")
  .description("let an agent elsewhere work for you: fetches its A2A card, shows it, asks you")
  .argument("<url>", "its address, or that of its card")
  .option("--name <name>", "how it is called here (default: as it calls itself)")
  .option("--token-env <NAME>", "the environment variable with the token that it asks for")
  .option("--private", "its host may have a private address, as this machine has")
  .option("-y, --yes", "approve it without being asked")
  .option(...json)
  .action(async (url, options) => (await import("./agents/add.ts")).addAgent(url, options));
agents
  .command("remove")
  .description("let an agent that was added or invited come no more")
  .argument("<name>", "as `nightshift agents` names it")
  .option(...json)
  .action(async (name, options) => (await import("./agents/remove.ts")).removeAgent(name, options));
agents
  .command("rotate")
  .description("sign the cards of the house with a new key; the old one signs along for 30 days")
  .option(...json)
  .action(async (options) => (await import("./agents/rotate.ts")).rotateKey(options));
agents
  .command("invite")
  .description("let a guest join: prints its token, once")
  .argument("<name>", "the name on its card")
  .option(...json)
  .action(async (name, options) => (await import("./agents/agents.ts")).inviteAgent(name, options));

agents
  .command("new")
  .description("write a specialist that works, with its test, into this folder")
  .argument("<name>", "a-z, 0-9 and hyphens")
  .option(...json)
  .action(async (name, options) => (await import("./agents/new.ts")).newAgent(name, options));
agents
  .command("try")
  .description(
    "put work of past nights to an agent, and show what comes of it beside the incumbents",
  )
  .argument("<name>", "as its card names it")
  .option("--from <file>", "the file that runs it; it is waited for when left out")
  .option("--calls <n>", "the newest so many pieces of work, at most 50", whole, 10)
  .option(...json)
  .action(async (name, options) => (await import("./agents/try.ts")).tryAgent(name, options));

agents
  .command("keys")
  .description("a key for an agent on NATS: writes it and what it may do; prints no private key")
  .argument("<name>", "the name on its card")
  .option("--public <nkey>", "the public half of a key that the agent made itself")
  .option("--revoke", "take its key away")
  .option(...json)
  .action(async (name, options) => (await import("./agents/keys.ts")).agentKeys(name, options));

program
  .command("agent")
  .description("run agents of the house in this process: any of their roles, on any machine")
  .argument("<role...>", "dispatcher, planner, implementer, …, or names of the settings")
  .option("--bus <url>", "the broker: nats://127.0.0.1:4222, tls://host:4222")
  .option("--ca <file>", "who vouches for the broker's certificate")
  .option("--standby", "dispatcher: begin no night, take one over when its leader falls silent")
  .option(
    "-r, --repo <folder>",
    "dispatcher: a repository; more than once for several",
    collect,
    [],
  )
  .option("--until <HH:MM>", "dispatcher: start nothing new after this time")
  .option("--every <duration>", "dispatcher: time between cycles, e.g. 1h")
  .option("--batch <n>", "dispatcher: tasks a cycle starts at most", whole)
  .option("--schedule <preset>", "dispatcher: nine-slots, four-hourly, two-hourly or hourly")
  .action(async (roles, options) => (await import("./agents/agent.ts")).agent(roles, options));

/** For this verb and the processes that it starts; a path is meant from here. */
function useLog(where: string): void {
  const isPath = !where.includes("://") && where !== "esdb" && where !== "kurrentdb";
  process.env["NIGHTSHIFT_LOG"] = isPath ? resolve(where) : where;
}
