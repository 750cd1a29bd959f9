import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { Role, TaskState, type AgentCard, type Part } from "@a2a-js/sdk";
import {
  AgentEvent,
  DefaultRequestHandler,
  InMemoryTaskStore,
  type AgentExecutor,
  type ExecutionEventBus,
  type RequestContext,
} from "@a2a-js/sdk/server";
import { jsonRpcHandler, UserBuilder } from "@a2a-js/sdk/server/express";
import express from "express";

// The server that everybody has: the SDK's own, on Express, with its tasks in memory. It answers what
// ours answers, with as many events.

const MEDIA_TYPE = "application/json";
const rest = { metadata: undefined, extensions: [] };

/** Answers with a message, or with the whole life of a task: submitted, working, completed. */
function answering(output: unknown): AgentExecutor {
  return {
    async execute(request, events) {
      const { contextId } = request;
      if (contextId !== "life") {
        const messageId = randomUUID();
        const said = { messageId, contextId, taskId: "", role: Role.ROLE_AGENT, ...rest };
        events.publish(
          AgentEvent.message({ ...said, parts: [dataPart(output)], referenceTaskIds: [] }),
        );
        return events.finished();
      }
      live(request, events, output);
      events.finished();
    },
    async cancelTask() {},
  };
}

function live({ taskId, contextId }: RequestContext, events: ExecutionEventBus, output: unknown) {
  const ids = { taskId, contextId };
  const update = (state: TaskState) =>
    events.publish(
      AgentEvent.statusUpdate({ ...ids, status: statusOf(state), metadata: undefined }),
    );
  events.publish(
    AgentEvent.task({
      id: taskId,
      contextId,
      status: statusOf(TaskState.TASK_STATE_SUBMITTED),
      artifacts: [],
      history: [],
      metadata: undefined,
    }),
  );
  update(TaskState.TASK_STATE_WORKING);
  const artifact = { artifactId: "answer", name: "", description: "", parts: [dataPart(output)] };
  const whole = { append: false, lastChunk: true, metadata: undefined };
  events.publish(
    AgentEvent.artifactUpdate({ ...ids, artifact: { ...artifact, ...rest }, ...whole }),
  );
  update(TaskState.TASK_STATE_COMPLETED);
}

function statusOf(state: TaskState) {
  return { state, message: undefined, timestamp: new Date().toISOString() };
}

function dataPart(value: unknown): Part {
  const content = { $case: "data" as const, value };
  return { content, mediaType: MEDIA_TYPE, filename: "", metadata: undefined };
}

/** @returns the URL that it answers at, and how it is stopped. */
export async function expressServer(output: unknown): Promise<{ url: string; close(): void }> {
  const requestHandler = new DefaultRequestHandler(
    card,
    new InMemoryTaskStore(),
    answering(output),
  );
  const app = express();
  const userBuilder = UserBuilder.noAuthentication;
  app.use("/a2a", jsonRpcHandler({ requestHandler, userBuilder }));
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}/a2a`, close: () => server.close() };
}

const card: AgentCard = {
  name: "express",
  description: "the SDK's own server",
  version: "1",
  supportedInterfaces: [
    {
      url: "http://127.0.0.1/a2a",
      protocolBinding: "JSONRPC",
      tenant: "",
      protocolVersion: "1.0",
    },
  ],
  capabilities: {
    streaming: true,
    pushNotifications: false,
    extendedAgentCard: false,
    extensions: [],
  },
  defaultInputModes: [MEDIA_TYPE],
  defaultOutputModes: [MEDIA_TYPE],
  skills: [],
  provider: undefined,
  securitySchemes: {},
  securityRequirements: [],
  signatures: [],
};
