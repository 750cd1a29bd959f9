import { z } from "zod";

/**
 * The A2A 1.0 wire (ProtoJSON), held strictly: what the SDK would let pass (a part that is empty, a
 * text that is a number, a message without a role, a state nobody knows) stops here. The SDK gives
 * these values their meaning; this gives them their shape.
 */
export const A2A_VERSION = "1.0";

/** Names of things on the wire; longer ones are not names. */
const ID_CHARS_MAX = 200;
const PARTS_MAX = 16;

const id = z.string().min(1).max(ID_CHARS_MAX);
const metadata = z.record(z.string(), z.unknown()).optional();
const uris = z.array(z.string().max(500)).max(20).optional();

/** Exactly one of text, raw (base64), url and data. */
export const Part = z
  .strictObject({
    text: z.string().optional(),
    raw: z.base64().optional(),
    url: z.url().optional(),
    data: z.unknown().optional(),
    filename: z.string().optional(),
    mediaType: z.string().optional(),
    metadata,
  })
  .refine((part) => contents.filter((kind) => isSet(part[kind])).length === 1, {
    error: "a part is exactly one of text, raw, url and data",
  });
export type Part = z.infer<typeof Part>;
const contents = ["text", "raw", "url", "data"] as const;

/** In ProtoJSON a field that is null is not there. */
function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

const Role = z.enum(["ROLE_USER", "ROLE_AGENT"]);

export const Message = z.strictObject({
  messageId: id,
  contextId: id.optional(),
  taskId: id.optional(),
  role: Role,
  parts: z.array(Part).min(1).max(PARTS_MAX),
  metadata,
  extensions: uris,
  referenceTaskIds: z.array(id).max(20).optional(),
});
export type Message = z.infer<typeof Message>;

export const TaskState = z.enum([
  "TASK_STATE_SUBMITTED",
  "TASK_STATE_WORKING",
  "TASK_STATE_COMPLETED",
  "TASK_STATE_FAILED",
  "TASK_STATE_CANCELED",
  "TASK_STATE_INPUT_REQUIRED",
  "TASK_STATE_REJECTED",
  "TASK_STATE_AUTH_REQUIRED",
]);
export type TaskState = z.infer<typeof TaskState>;

const ended: ReadonlySet<TaskState> = new Set([
  "TASK_STATE_COMPLETED",
  "TASK_STATE_FAILED",
  "TASK_STATE_CANCELED",
  "TASK_STATE_REJECTED",
]);

/** Whether nothing follows this state. */
export function isEnded(state: TaskState): boolean {
  return ended.has(state);
}

const TaskStatus = z.strictObject({
  state: TaskState,
  message: Message.optional(),
  timestamp: z.iso.datetime({ offset: true }).optional(),
});
type TaskStatus = z.infer<typeof TaskStatus>;

const Artifact = z.strictObject({
  artifactId: id,
  name: z.string().optional(),
  description: z.string().optional(),
  parts: z.array(Part).min(1).max(PARTS_MAX),
  metadata,
  extensions: uris,
});
type Artifact = z.infer<typeof Artifact>;

export const Task = z.strictObject({
  id,
  contextId: id,
  status: TaskStatus,
  artifacts: z.array(Artifact).optional(),
  history: z.array(Message).optional(),
  metadata,
});
export type Task = z.infer<typeof Task>;

const status = z.strictObject({ taskId: id, contextId: id, status: TaskStatus, metadata });
const artifact = z.strictObject({
  taskId: id,
  contextId: id,
  artifact: Artifact,
  append: z.boolean().optional(),
  lastChunk: z.boolean().optional(),
  metadata,
});

/** One event of a stream: exactly one of its four kinds. */
export const StreamResponse = z.union([
  z.strictObject({ task: Task }),
  z.strictObject({ message: Message }),
  z.strictObject({ statusUpdate: status }),
  z.strictObject({ artifactUpdate: artifact }),
]);
export type StreamResponse = z.infer<typeof StreamResponse>;

const tenant = id.optional();
const historyLength = z.int().min(0).max(1_000).optional();
const pageSize = z.int().min(1).max(100).optional();

/** What may stand in a header of ours: a line break there would begin another header. */
const headerText = z
  .string()
  .min(1)
  .max(2_000)
  .regex(/^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/, { error: "not text for a header" });

/** Where the events of a task are posted to, and with what they say who they are from. */
export const PushConfig = z.strictObject({
  tenant,
  taskId: id,
  id: z
    .string()
    .regex(/^[\w.-]{1,100}$/)
    .optional(),
  url: z.url({ protocol: /^https?$/ }).max(2_000),
  /** Sent back as `X-A2A-Notification-Token`. */
  token: headerText.optional(),
  /** Sent as `Authorization: <scheme> <credentials>`. */
  authentication: z
    .strictObject({
      scheme: z.string().regex(/^[\w-]{1,50}$/),
      credentials: headerText.optional(),
    })
    .optional(),
});
export type PushConfig = z.infer<typeof PushConfig>;

export const SendMessageParams = z.strictObject({
  tenant,
  message: Message.refine((message) => message.role === "ROLE_USER", {
    error: "a message that is sent has the role ROLE_USER",
  }),
  configuration: z
    .strictObject({
      acceptedOutputModes: z.array(z.string()).max(20).optional(),
      historyLength,
      returnImmediately: z.boolean().optional(),
      taskPushNotificationConfig: PushConfig.partial({ taskId: true }).optional(),
    })
    .optional(),
  metadata,
});
export type SendMessageParams = z.infer<typeof SendMessageParams>;

/** Every method of A2A 1.0 with what it takes. What is not a key here is not a method. */
export const methods = {
  SendMessage: SendMessageParams,
  SendStreamingMessage: SendMessageParams,
  GetTask: z.strictObject({ tenant, id, historyLength }),
  ListTasks: z.strictObject({
    tenant,
    contextId: id.optional(),
    status: TaskState.optional(),
    pageSize,
    pageToken: z.string().max(500).optional(),
    historyLength,
    statusTimestampAfter: z.iso.datetime({ offset: true }).optional(),
    includeArtifacts: z.boolean().optional(),
  }),
  CancelTask: z.strictObject({ tenant, id, metadata }),
  SubscribeToTask: z.strictObject({ tenant, id }),
  CreateTaskPushNotificationConfig: PushConfig,
  GetTaskPushNotificationConfig: z.strictObject({ tenant, taskId: id, id }),
  ListTaskPushNotificationConfigs: z.strictObject({
    tenant,
    taskId: id,
    pageSize,
    pageToken: z.string().max(500).optional(),
  }),
  DeleteTaskPushNotificationConfig: z.strictObject({ tenant, taskId: id, id }),
  GetExtendedAgentCard: z.strictObject({ tenant }),
} as const;

export const Method = z.object(methods).keyof();
export type Method = z.infer<typeof Method>;
