import { z } from "zod";
import { Refusal, type RefusalCode } from "./errors.ts";

/** Requests in one batch; a longer array is refused unread. */
export const BATCH_MAX = 32;
/** Characters of an error's message on the wire. */
const ERROR_CHARS_MAX = 1_000;

/** Codes of JSON-RPC 2.0, of A2A 1.0 (-32001 … -32009), and one of our own for what a rule refused. */
export const codes = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  internal: -32_603,
  refused: -32_000,
  taskNotFound: -32_001,
  taskNotCancelable: -32_002,
  pushNotSupported: -32_003,
  unsupportedOperation: -32_004,
  contentTypeNotSupported: -32_005,
  invalidAgentResponse: -32_006,
  extendedCardNotConfigured: -32_007,
  extensionRequired: -32_008,
  versionNotSupported: -32_009,
  /** More at once than is allowed; the same request may be sent again later. */
  busy: -32_050,
} as const;

/** Ours are UUIDs; any short string is taken. Numbers and null name nothing that cannot collide. */
export const RpcId = z.string().min(1).max(64);

/** Over HTTP nothing can collide, an answer belongs to its request: there a number names one too. */
export const LooseRpcId = z.union([RpcId, z.int()]);
export type LooseRpcId = z.infer<typeof LooseRpcId>;

/** What the errors of A2A are called where names are asked for (`google.rpc.ErrorInfo`). */
export const reasons: ReadonlyMap<number, string> = new Map([
  [codes.taskNotFound, "TASK_NOT_FOUND"],
  [codes.taskNotCancelable, "TASK_NOT_CANCELABLE"],
  [codes.pushNotSupported, "PUSH_NOTIFICATION_NOT_SUPPORTED"],
  [codes.unsupportedOperation, "UNSUPPORTED_OPERATION"],
  [codes.contentTypeNotSupported, "CONTENT_TYPE_NOT_SUPPORTED"],
  [codes.invalidAgentResponse, "INVALID_AGENT_RESPONSE"],
  [codes.extendedCardNotConfigured, "EXTENDED_AGENT_CARD_NOT_CONFIGURED"],
  [codes.extensionRequired, "EXTENSION_SUPPORT_REQUIRED"],
  [codes.versionNotSupported, "VERSION_NOT_SUPPORTED"],
]);

/** Whose reasons those are. */
const A2A_ERROR_DOMAIN = "a2a-protocol.org";

/** The part of an error's `data` or `details` that a program reads. */
export const ErrorInfo = z.object({
  "@type": z.literal("type.googleapis.com/google.rpc.ErrorInfo"),
  reason: z.string().max(100),
  domain: z.string().max(200),
  metadata: z.record(z.string(), z.string()).optional(),
});
export type ErrorInfo = z.infer<typeof ErrorInfo>;

/** @param domain Whose reason it is: A2A's, unless it is one of our own. */
export function errorInfo(
  reason: string,
  domain = A2A_ERROR_DOMAIN,
  metadata?: Record<string, string>,
): ErrorInfo {
  const type = "type.googleapis.com/google.rpc.ErrorInfo" as const;
  return { "@type": type, reason, domain, ...(metadata === undefined ? {} : { metadata }) };
}

/** A2A's service parameters, which HTTP carries as headers. */
const serviceParameters = z.record(z.string().max(100), z.string().max(1_000)).optional();

/** A request, or without an id a notification, which is never answered. */
export const RpcRequest = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: RpcId.optional(),
  method: z.string().min(1).max(100),
  params: z.record(z.string(), z.unknown()).optional(),
  serviceParameters,
});
export type RpcRequest = z.infer<typeof RpcRequest>;

export const RpcError = z.strictObject({
  code: z.int(),
  message: z.string(),
  data: z.unknown().optional(),
});
export type RpcError = z.infer<typeof RpcError>;

export const RpcResult = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: RpcId,
  result: z.unknown(),
});

/** Null is the id where the request's own could not be read. */
export const RpcErrorResponse = z.strictObject({
  jsonrpc: z.literal("2.0"),
  id: RpcId.nullable(),
  error: RpcError,
});

/** Nothing more comes for this request (a2aproject/A2A#1864). */
export const StreamEnd = z.strictObject({
  jsonrpc: z.literal("2.0").optional(),
  id: RpcId,
  streamEnd: z.literal(true),
});

/** Whoever asked no longer reads the answer (a2aproject/A2A#1864). */
export const CancelStream = z.strictObject({
  jsonrpc: z.literal("2.0").optional(),
  id: RpcId,
  cancelStream: z.literal(true),
});

/** A failure with a code of the wire. `data` is what the other side may read of it. */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly code: number;
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.data = data;
  }
}

/**
 * What a failure is on the wire. A refusal keeps its code in `data.refusal`; anything that is
 * neither a refusal nor made for the wire says nothing of itself.
 */
export function toRpcError(failure: unknown): RpcError {
  if (failure instanceof Refusal)
    return { code: codes.refused, message: cut(failure.message), data: { refusal: failure.code } };
  if (failure instanceof RpcFailure) {
    const { code, message, data = dataOf(failure.code) } = failure;
    return { code, message: cut(message), ...(data === undefined ? {} : { data }) };
  }
  return { code: codes.internal, message: "internal error" };
}

/** The failure that an error of the wire stands for: a `Refusal` where one was sent. */
export function fromRpcError({ code, message, data }: RpcError): Refusal | RpcFailure {
  const refusal = RefusalData.safeParse(data);
  if (refusal.success) return new Refusal(refusal.data.refusal, cut(message));
  return new RpcFailure(code, cut(message), data);
}

const RefusalCodes = z.enum({
  "not-open": "not-open",
  stale: "stale",
  "own-work": "own-work",
  "over-budget": "over-budget",
  "not-found": "not-found",
  "not-allowed": "not-allowed",
  "not-verified": "not-verified",
  "not-accepted": "not-accepted",
  "already-leading": "already-leading",
  "out-of-order": "out-of-order",
  sealed: "sealed",
  held: "held",
  locked: "locked",
  "too-long": "too-long",
  "out-of-bounds": "out-of-bounds",
  unauthenticated: "unauthenticated",
} satisfies { [Code in RefusalCode]: Code });

/** How a refusal travels: as `data` of an error, or as the data part of a rejected call. */
export const RefusalData = z.object({
  refusal: RefusalCodes,
  message: z.string().max(ERROR_CHARS_MAX).optional(),
});
export type RefusalData = z.infer<typeof RefusalData>;

/** An error of A2A tells its reason, as the spec asks (5.4); those of JSON-RPC have none. */
function dataOf(code: number): ErrorInfo[] | undefined {
  const reason = reasons.get(code);
  return reason === undefined ? undefined : [errorInfo(reason)];
}

function cut(text: string): string {
  return text.slice(0, ERROR_CHARS_MAX);
}
