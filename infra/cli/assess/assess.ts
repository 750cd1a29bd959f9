import { BadInput } from "@nightshift/protocol/errors";
import { gradeAttempt, takeReply } from "../../mentoring.ts";
import { calibrationLines, calibrations } from "./calibrate.ts";
import { readReply, textOfMail } from "./reply.ts";
import { report, reportLines } from "./report.ts";
import { findAttempt } from "../lookup.ts";
import { session } from "../session.ts";
import { print, printJson, tell } from "../terminal.ts";

type Options = {
  score?: number;
  note?: string;
  reply?: string;
  mail?: string;
  calibrate?: boolean;
  report?: boolean;
  json?: boolean;
};

/** `nightshift assess`: how far the judge can be believed, and your own grades, which it learns from. */
export function assess(what: string | undefined, options: Options) {
  const { reply, mail } = options;
  if (mail !== undefined) return takeIn(mail, textOfMail, options);
  if (reply !== undefined) return takeIn(reply, String, options);
  if (what !== undefined) return grade(what, options);
  return options.calibrate ? showCalibration(options) : showReport(options);
}

function grade(what: string, { score, note = "", json }: Options) {
  return session(async (house) => {
    if (score === undefined || !(score >= 1 && score <= 10)) {
      throw new BadInput(
        "a grade is from 1 to 10",
        "--score",
        `nightshift assess ${what} --score 7`,
      );
    }
    const attempt = await findAttempt(house, what);
    await gradeAttempt(house, attempt, { by: "director", score, note });
    if (json) printJson({ attempt, score, note });
    else tell("good", `${attempt} has your grade, ${score}. See: nightshift assess --calibrate`);
  });
}

/** A mentor's reply, from a file or, for `-`, from what is piped in. */
function takeIn(
  path: string,
  textOf: (reply: Buffer, path: string) => string | Promise<string>,
  { json }: Options,
) {
  return session(async (house) => {
    const reply = await textOf(await readReply(path), path);
    const done = await takeReply(house, reply, "director");
    const { graded, guided, problems } = done;
    if (json) printJson(done);
    else {
      tell("good", `${graded.length} graded, ${guided.length} instructions given.`);
      for (const { line, text } of problems) tell("bad", `${path}:${line}: ${text}`);
    }
    return problems.length > 0 && graded.length + guided.length === 0 ? 1 : 0;
  });
}

function showCalibration({ json }: Options) {
  return session(async (house) => {
    const told = calibrations(house);
    if (json) printJson(told);
    else print(calibrationLines(told));
  });
}

function showReport({ json }: Options) {
  return session(async (house) => {
    const told = report(house);
    if (json) printJson(told);
    else print(reportLines(told));
  });
}
