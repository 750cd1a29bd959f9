import { codes, RpcFailure } from "@nightshift/protocol/rpc";
import { checkRequest } from "./gate.ts";
import type { Cards } from "./http/cards.ts";
import type { Push } from "./push/push.ts";
import type { Besides } from "./served.ts";

/**
 * What a hub's agents answer besides calls, on every binding: who they are to this caller, and where
 * the events of a call are posted to.
 * @param push Undefined where nothing is posted: push notifications are then -32003.
 */
export function createBesides(cards: Cards, push: Push | undefined): Besides {
  return {
    async answer(asked, caller, served) {
      const { method, params } = checkRequest(asked.method, asked.params);
      if (method === "GetExtendedAgentCard") return cards.extended(params.tenant ?? "", caller);
      if (!push) throw new RpcFailure(codes.pushNotSupported, "nothing is pushed here");
      const agent = params.tenant ?? "";
      switch (method) {
        case "CreateTaskPushNotificationConfig":
          return push.create(params, { agent, caller, served });
        case "GetTaskPushNotificationConfig":
          return push.get(params, { agent, caller, served });
        case "ListTaskPushNotificationConfigs":
          return push.list(params, { agent, caller, served });
        case "DeleteTaskPushNotificationConfig":
          return push.remove(params, { agent, caller, served });
        case "SendMessage":
        case "SendStreamingMessage":
        case "GetTask":
        case "ListTasks":
        case "CancelTask":
        case "SubscribeToTask":
          throw new Error(`${method} is about calls`);
      }
    },
    async begun({ id: taskId, to: agent }, config, caller, served) {
      if (!push) throw new RpcFailure(codes.pushNotSupported, "nothing is pushed here");
      await push.create({ ...config, taskId }, { agent, caller, served }, true);
    },
  };
}
