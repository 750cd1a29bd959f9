import { BadInput } from "@nightshift/protocol/errors";
import { BacklogEntry } from "../backlog/entry.ts";
import { readBacklogFile } from "../backlog/backlog-file.ts";
import { register } from "../registration.ts";
import { openRepository } from "../repositories.ts";
import { amend } from "./amend.ts";
import { preview } from "./preview.ts";
import { notTonight, tonight } from "./preview-lines.ts";
import { proposalsOf, propose, type Proposal, type Wishes } from "./proposal.ts";
import { session } from "./session.ts";
import { print, printJson, tell } from "./terminal.ts";

/** What the director gave; what was left out is not there. */
export type AddOptions = {
  repo?: string;
  from?: string;
  task?: string;
  name?: string;
  text?: string;
  success: string[];
  file: string[];
  claim: string[];
  scope: string[];
  drops: string[];
  tag: string[];
  depends: string[];
  category?: string;
  priority?: number;
  output?: string;
  model?: string;
  json?: boolean;
};

/** `nightshift add`: one task, a whole file of them, or the answer that a parked task waits for. */
export function add(title: string | undefined, options: AddOptions) {
  return session(async (house) => {
    if (options.task !== undefined) return amend(house, options.task, title, options);
    const wishes = await wishesOf(title, options);
    const repository = await openRepository(options.repo ?? ".", { clean: false });
    const proposals = await proposalsOf(house, repository, wishes);
    // Everything is read and checked by now: from here on nothing is left half done.
    await register(house, [repository]);
    await propose(house, proposals);
    await house.runner.catchUp();
    const fresh = proposals.filter(({ change }) => change === "new" || change === "changed");
    const previews = await preview(
      house,
      fresh.map(({ task, spec }) => ({ task, spec, repository })),
    );
    if (options.json) {
      printJson({
        tasks: proposals.map(({ task, spec, change }) => ({ task, name: spec.name, change })),
        previews,
      });
    } else {
      tell("good", told(proposals));
      print([...tonight(previews), ...notTonight(previews)]);
      tell("quiet", "All of them in order: nightshift run --dry-run");
    }
  });
}

async function wishesOf(title: string | undefined, options: AddOptions): Promise<Wishes> {
  const { from } = options;
  if (from !== undefined) {
    if (title !== undefined) {
      throw new BadInput("a title and --from at once", "add", `nightshift add --from ${from}`);
    }
    const file = await readBacklogFile(from);
    if (!file) throw new BadInput("there is no such file", from, `ls ${from}`);
    return { ...file, source: "backlog-file" };
  }
  if (title === undefined) {
    const mend = 'nightshift add "<what to do>" --success "<command>"';
    throw new BadInput("say what to do, or --from a file", "add", mend);
  }
  return { entries: [entryOf(title, options)], source: "director", placeOf: () => "add" };
}

function entryOf(title: string, options: AddOptions): BacklogEntry {
  const { name, text, category, priority, output, model } = options;
  const { success, file: files, claim: claims, scope, drops, tag: tags, depends } = options;
  const given = { name, text, category, priority, output, model };
  const known = Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  );
  const lists = { success, files, claims, scope, drops, tags, depends };
  const parsed = BacklogEntry.safeParse({ title, ...known, ...lists });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = String(issue?.path[0] ?? "title");
  const where = field === "title" ? "the title" : `--${OPTION[field] ?? field}`;
  throw new BadInput(issue?.message ?? "cannot be used", where, "nightshift add --help");
}

/** Fields whose option is called otherwise. */
const OPTION: Readonly<Record<string, string>> = { files: "file", claims: "claim", tags: "tag" };

function told(proposals: readonly Proposal[]): string {
  const count = (change: Proposal["change"]) =>
    proposals.filter((proposal) => proposal.change === change).length;
  const parts = [
    `${count("new")} added`,
    ...(count("changed") > 0 ? [`${count("changed")} changed`] : []),
    ...(count("same") > 0 ? [`${count("same")} known already`] : []),
    ...(count("late") > 0 ? [`${count("late")} too late to change`] : []),
  ];
  return `${parts.join(", ")}.`;
}
