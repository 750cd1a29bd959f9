import { idOf } from "@nightshift/protocol/ids";
import type { ProjectEvent, Stage } from "@nightshift/protocol/project";
import type { Projection } from "./projection.ts";

type Project = {
  name: string;
  repo: string;
  stages: Stage[];
  /** The stage it is in; null before the first and after the last. */
  phase: string | null;
  ready: boolean;
  /** Why it was last sent back, while it is not ready. */
  sentBack: string | null;
};

/** By project id. */
export type Projects = Map<string, Project>;

/** Where each project stands in its pipeline (A6, A15). */
export const projects: Projection<Projects, ProjectEvent> = {
  name: "projects",
  version: 1,
  reads: [
    "project.added",
    "project.phase-entered",
    "project.phase-exited",
    "project.sent-back",
    "project.ready",
  ],
  initial: () => new Map(),
  apply(view, { stream, event }) {
    const id = idOf(stream);
    if (event.type === "project.added") {
      const { name, repo, stages } = event;
      view.set(id, { name, repo, stages, phase: null, ready: false, sentBack: null });
      return;
    }
    const project = view.get(id);
    if (project) change(project, event);
  },
};

function change(project: Project, event: Exclude<ProjectEvent, { type: "project.added" }>): void {
  switch (event.type) {
    case "project.phase-entered":
      project.phase = event.phase;
      return;
    case "project.phase-exited":
      if (project.phase === event.phase) project.phase = null;
      return;
    case "project.sent-back":
      project.phase = event.to;
      project.ready = false;
      project.sentBack = event.reason;
      return;
    case "project.ready":
      project.phase = null;
      project.ready = true;
      project.sentBack = null;
      return;
  }
}
