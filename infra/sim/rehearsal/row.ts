import type { Random } from "@nightshift/agents/ports";

/** A task of the rehearsal's backlog, as a director would write it. */
export type RehearsalTask = {
  /** The row of the table it belongs to. */
  row: number;
  name: string;
  title: string;
  text: string;
  category: string;
  priority: number;
  output: "code" | "report";
  success: string[];
  files?: string[];
  scope?: string[];
  /** The worker that the director asks for. */
  model?: string;
};

/** What the scripted model is asked: by whom for what, and whether it was sent back before. */
export type Question = {
  role: "implementer" | "judge" | "planner";
  model: string;
  prompt: string;
  /** True when the prompt ends with what was wrong last time. */
  again: boolean;
  /** When this task was first asked about, ms since 1970. */
  firstAskedMs: number;
  nowMs: number;
};

export type Reply =
  | { kind: "text"; text: string; cut?: true }
  | { kind: "limit"; resetsAtMs: number }
  | { kind: "silence" };

/** One row: its tasks, and how the scripted model works on them. Nothing else knows of rows. */
export type Row = {
  tasks: RehearsalTask[];
  /** Replies of the implementer, and of the planner where it is asked. */
  reply(question: Question, task: RehearsalTask): Reply;
  /** What the scripted judge says; 8 to 9 unless a row needs otherwise. */
  judge?(question: Question): number;
};

export type RowMaker = (random: Random) => Row;
