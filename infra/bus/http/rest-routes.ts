import type { Method } from "@nightshift/protocol/a2a";

// The paths of HTTP+JSON (A2A 1.0, 11.3), read by the server and written by the client. Each begins
// with the tenant, which names the agent.

export type RestVerb = "GET" | "POST" | "DELETE";

type Route = {
  method: Method;
  verb: RestVerb;
  path: RegExp;
  /** Names of what the path holds, in its order. */
  holds: readonly string[];
  write: (held: (name: string) => string) => string;
  /** Answered when it went well. */
  status: 200 | 201 | 204;
};

const task = "/tasks/([^/:]+)";
const configs = `${task}/pushNotificationConfigs`;

function route(
  method: Method,
  verb: RestVerb,
  path: string,
  write: Route["write"],
  more: Partial<Pick<Route, "holds" | "status">> = {},
): Route {
  return { method, verb, path: new RegExp(`^${path}$`), write, holds: [], status: 200, ...more };
}

const routes: readonly Route[] = [
  route("SendMessage", "POST", "/message:send", () => "/message:send"),
  route("SendStreamingMessage", "POST", "/message:stream", () => "/message:stream"),
  route("ListTasks", "GET", "/tasks", () => "/tasks"),
  route("GetTask", "GET", task, (held) => `/tasks/${held("id")}`, { holds: ["id"] }),
  route("CancelTask", "POST", `${task}:cancel`, (held) => `/tasks/${held("id")}:cancel`, {
    holds: ["id"],
  }),
  route("SubscribeToTask", "POST", `${task}:subscribe`, (h) => `/tasks/${h("id")}:subscribe`, {
    holds: ["id"],
  }),
  route("SubscribeToTask", "GET", `${task}:subscribe`, (h) => `/tasks/${h("id")}:subscribe`, {
    holds: ["id"],
  }),
  route("CreateTaskPushNotificationConfig", "POST", configs, configsOf, {
    holds: ["taskId"],
    status: 201,
  }),
  route("ListTaskPushNotificationConfigs", "GET", configs, configsOf, { holds: ["taskId"] }),
  route("GetTaskPushNotificationConfig", "GET", `${configs}/([^/]+)`, configOf, {
    holds: ["taskId", "id"],
  }),
  route("DeleteTaskPushNotificationConfig", "DELETE", `${configs}/([^/]+)`, configOf, {
    holds: ["taskId", "id"],
    status: 204,
  }),
  route("GetExtendedAgentCard", "GET", "/extendedAgentCard", () => "/extendedAgentCard"),
];

function configsOf(held: (name: string) => string): string {
  return `/tasks/${held("taskId")}/pushNotificationConfigs`;
}

function configOf(held: (name: string) => string): string {
  return `${configsOf(held)}/${held("id")}`;
}

export type Matched = {
  method: Method;
  status: Route["status"];
  /** What the path holds, decoded. */
  held: Record<string, string>;
};

/**
 * The method that a verb and a path ask for, or the verbs that the path knows instead (none: there is
 * no such path). A path that cannot be decoded is none.
 */
export function matchRoute(verb: string, path: string): Matched | { verbs: readonly RestVerb[] } {
  const verbs: RestVerb[] = [];
  for (const { method, verb: own, path: pattern, holds, status } of routes) {
    const found = pattern.exec(path);
    if (!found) continue;
    if (own !== verb) {
      verbs.push(own);
      continue;
    }
    const held = decoded(holds, found.slice(1));
    return held === undefined ? { verbs: [] } : { method, status, held };
  }
  return { verbs };
}

function decoded(holds: readonly string[], found: readonly string[]) {
  try {
    return Object.fromEntries(holds.map((name, at) => [name, decodeURIComponent(found[at] ?? "")]));
  } catch {
    return undefined;
  }
}

export type Written = { verb: RestVerb; path: string; body?: object };

/** How a request is put into the words of REST; `params` come without the tenant. */
export function writeRequest(method: Method, params: Readonly<Record<string, unknown>>): Written {
  const found = routes.find((known) => known.method === method);
  if (!found) throw new Error(`no route of ${method}`);
  const path = found.write((name) => encodeURIComponent(String(params[name])));
  const rest = Object.entries(params).filter(
    ([name, value]) => !found.holds.includes(name) && value !== undefined,
  );
  if (found.verb === "POST") return { verb: "POST", path, body: Object.fromEntries(rest) };
  const query = new URLSearchParams();
  for (const [name, value] of rest) query.set(name, String(value));
  return { verb: found.verb, path: query.size === 0 ? path : `${path}?${query.toString()}` };
}

const numbers: ReadonlySet<string> = new Set(["historyLength", "pageSize"]);

/** A query as parameters. What is no number where one belongs stays text, and is refused as such. */
export function readQuery(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...query].map(([name, text]) => {
      if (numbers.has(name) && /^\d{1,9}$/.test(text)) return [name, Number(text)];
      if (name === "includeArtifacts" && /^(?:true|false)$/.test(text))
        return [name, text === "true"];
      return [name, text];
    }),
  );
}
