import type { Command } from "commander";
import { collect, json, whole } from "./program-options.ts";

/** The verbs of `nightshift log`, for whoever looks into it or after it. */
export function addLogVerbs(program: Command): void {
  const log = program.command("log").description("the event log itself");
  log
    .command("verify")
    .description("recompute every hash; name the first event that does not fit")
    .option(...json)
    .action(async (options) => (await import("./log/verify.ts")).logVerify(options));
  log
    .command("backup")
    .description("a verified copy of the log, while others write it")
    .argument("<file>", "a new file; an archive's copy goes beside it")
    .option(...json)
    .action(async (file, options) => (await import("./log/backup.ts")).logBackup(file, options));
  log
    .command("archive")
    .description(
      "move the events of closed nights to a file beside the log; every command reads both",
    )
    .option("--before-shift <n>", "keep this night and what follows (default: the latest)", whole)
    .option(...json)
    .action(async (options) => (await import("./log/archive.ts")).logArchive(options));

  log
    .command("query")
    .description("ask the log in SQL: events, nights, tasks, attempts, calls, spend and more")
    .argument("[sql]", "one SELECT; - reads it from standard input; with --schema a view")
    .option("--schema", "the views, their columns and what they mean")
    .option("--rows <n>", "most rows", whole, 1_000)
    .option("--seconds <n>", "after which it is ended", whole, 60)
    .option("--csv", "as CSV")
    .option(...json)
    .action(async (sql, options) => (await import("./log/query.ts")).logQuery(sql, options));
  log
    .command("export")
    .description("write the events as ndjson (everything, byte by byte), csv or parquet")
    .option("--format <name>", "ndjson, csv or parquet", "ndjson")
    .option("--out <file>", "a new file (default: standard output)")
    .option("--from <when>", "the first event: a position, a time, 'shift 2 start'")
    .option("--to <when>", "the last one: a position, a time, 'shift 2'")
    .option("--type <type>", "only these, e.g. attempt.failed or attempt.*", collect, [])
    .option("--stream <stream>", "only these, e.g. task-*", collect, [])
    .option(...json)
    .action(async (options) => (await import("./log/export.ts")).logExport(options));
  log
    .command("import")
    .description("fill an empty log from an ndjson export")
    .argument("<file>", "the export; - for standard input")
    .option(...json)
    .action(async (file, options) => (await import("./log/import.ts")).logImport(file, options));

  log
    .command("blob")
    .description("show a body that the log names by its sha256, or erase it for good")
    .argument("<sha256>", "as `nightshift why` and the views name it")
    .option("--erase", "remove its text; the log keeps that, when and why")
    .option("--why <text>", "the reason, for the log")
    .option(...json)
    .action(async (sha256, options) => (await import("./log/blob.ts")).logBlob(sha256, options));

  log
    .command("grant")
    .description("let a name use the gateway (nightshift serve); without a name: who may")
    .argument("[name]", "a name of your choice; anonymous: whoever comes without one")
    .option(
      "--role <role>",
      "house (appends), analyst (reads all), guest (reads some), lodger (keeps its own)",
    )
    .option("--stream <prefix>", "what the streams of a guest or lodger begin with", collect, [])
    .option("--revoke", "take its grant back")
    .option(...json)
    .action(async (name, options) => (await import("./log/grant.ts")).logGrant(name, options));
}
