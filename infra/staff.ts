import { join } from "node:path";
import { assessor } from "@nightshift/agents/assessor/assessor";
import { evolver } from "@nightshift/agents/evolver/evolver";
import { implementer } from "@nightshift/agents/implementer/implementer";
import { planner } from "@nightshift/agents/planner/planner";
import type { CodingAgent, Model, Recorder } from "@nightshift/agents/ports";
import { verifier } from "@nightshift/agents/verifier/verifier";
import { watchLimits } from "@nightshift/agents/implementer/watchdog/watchdog";
import type { Peer } from "@nightshift/protocol/bus";
import { BadInput } from "@nightshift/protocol/errors";
import { readAnchors } from "./anchors.ts";
import type { HouseAgent } from "./config/director.ts";
import type { House } from "./house.ts";
import { settingsFor } from "./night-plan.ts";
import { baselineFiles } from "./workers/checks/baselines.ts";
import { asModel } from "./workers/coding-agents/as-model.ts";
import { watched } from "./workers/watch/watched.ts";
import type { Workshop } from "./workshop.ts";

/** An agent of the house, with the ports of this process. */
export function hire(agent: HouseAgent, house: House, workshop: Workshop): Peer {
  const { blobs, clock, config } = house;
  const { workspace, checks, linter, sandboxed } = workshop;
  const settings = settingsFor(config);
  const limits = watchLimits(settings);
  const workers = workersFor(agent, house, workshop).map((worker) =>
    isModel(worker) ? worker : watched(worker, limits, blobs),
  );
  // Who answers questions: models, and agent CLIs after them, which take longer to say the same.
  const models = [
    ...workers.filter(isModel),
    ...workers.flatMap((worker) => (isModel(worker) ? [] : [asModel(worker)])),
  ];
  switch (agent.role) {
    case "planner":
      return planner({ model: models[0] ?? null, workspace, checks, settings }, agent.name);
    case "implementer":
      return implementer(
        {
          workers,
          workspace,
          environments: workshop.environments,
          contexts: workshop.contexts,
          ...(workshop.web && { web: workshop.web }),
          blobs,
          sandboxed,
          recorder: recorderOf(house, agent.name),
          clock,
        },
        agent.name,
      );
    case "verifier":
      return verifier(
        {
          workspace,
          checks,
          linter,
          rules: workshop.rules,
          blobs,
          baselines: baselineFiles(join(house.paths.cache, "baselines")),
          name: agent.name,
          checkWallMs: settings.checkWallMs,
          reach: {
            coverage: settings.coverageOfChanges > 0,
            mutantsMax: settings.mutantsMax,
            mutantsWallMs: settings.mutantsWallMs,
          },
        },
        agent.name,
      );
    case "assessor":
      return assessor(
        {
          judges: models,
          rubrics: readAnchors,
          ...(workshop.web && { web: workshop.web }),
          blobs,
          name: agent.name,
          settings: {
            silenceMs: settings.workerSilenceMs,
            wallMs: settings.modelWallMs,
            review: settings,
          },
        },
        agent.name,
      );
    case "evolver":
      return evolver({}, agent.name);
  }
}

/** @throws BadInput when the settings give an agent a worker that they do not list. */
function workersFor(
  agent: HouseAgent,
  house: House,
  { workers }: Workshop,
): (Model | CodingAgent)[] {
  if (agent.workers.length === 0) return [...workers.values()];
  return agent.workers.flatMap((name) => {
    const worker = workers.get(name);
    if (worker) return worker;
    // Known, and left out of this night: its program or login is not there.
    if (house.config.workers.some((known) => known.name === name)) return [];
    const known = [...workers.keys()].join(", ") || "none";
    throw new BadInput(
      `agent ${agent.name} names worker ${name}; there are: ${known}`,
      house.paths.config,
      `edit agents or workers in ${house.paths.config}`,
    );
  });
}

function isModel(worker: Model | CodingAgent): worker is Model {
  return "complete" in worker;
}

/** A house agent's own words go to the log from its own process. */
function recorderOf(house: House, name: string): Recorder {
  const board = house.board(name);
  return {
    async attempt(attempt, command) {
      await board.handle("attempt", attempt, command, {
        commandId: `${attempt}:${command.type}:${"by" in command ? command.by : ""}`,
      });
    },
  };
}
