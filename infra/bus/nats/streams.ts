import {
  AckPolicy,
  DiscardPolicy,
  JetStreamApiError,
  RetentionPolicy,
  StorageType,
  type JetStreamManager,
  type StreamConfig,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import { whileAway } from "./while-away.ts";

/** Work that waits for an agent, or is leased to one: a message leaves when it is done. */
export const TASKS = "TASKS";
/** What agents tell of their work. */
export const EVENTS = "EVENTS";
/** Work that nobody could do. */
export const DEAD = "DEAD";
/** The broker's own word that it will not deliver something again. */
export const GIVEN_UP = "GIVEN_UP";

/** Times that one piece of work is leased to somebody. */
const DELIVERIES_MAX = 5;
/** Pieces of work that are leased to the processes of one agent at once. */
const LEASED_MAX = 64;
/** Milliseconds in which the same message id is one message. */
const SAME_MS = 600_000;

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const GIB = 1024 ** 3;
const ALREADY_THERE = 10_058;

type Wanted = Partial<StreamConfig> & { name: string };

const wanted: readonly Wanted[] = [
  {
    name: TASKS,
    subjects: ["task.v1.>"],
    retention: RetentionPolicy.Workqueue,
    discard: DiscardPolicy.New,
    max_msgs: 10_000,
    max_bytes: GIB,
    max_age: nanos(7 * DAY_MS),
    duplicate_window: nanos(SAME_MS),
  },
  {
    name: EVENTS,
    subjects: ["ev.v1.>"],
    retention: RetentionPolicy.Limits,
    max_bytes: GIB,
    max_age: nanos(DAY_MS),
    duplicate_window: nanos(SAME_MS),
    allow_direct: true,
  },
  {
    name: DEAD,
    subjects: ["dlq.v1.>"],
    retention: RetentionPolicy.Limits,
    max_msgs: 10_000,
    max_bytes: GIB / 4,
    max_age: nanos(30 * DAY_MS),
    duplicate_window: nanos(SAME_MS),
  },
  {
    name: GIVEN_UP,
    subjects: [`$JS.EVENT.ADVISORY.CONSUMER.MAX_DELIVERIES.${TASKS}.*`],
    retention: RetentionPolicy.Workqueue,
    max_msgs: 10_000,
    max_age: nanos(7 * DAY_MS),
  },
];

/** Makes the streams as they should be; what is there as it should be stays. */
export async function ensureStreams(manager: JetStreamManager): Promise<void> {
  for (const config of wanted) {
    const full = { storage: StorageType.File, num_replicas: 1, ...config };
    await whileAway(async () => {
      try {
        await manager.streams.add(full);
      } catch (error) {
        if (!(error instanceof JetStreamApiError) || error.code !== ALREADY_THERE) throw error;
        await manager.streams.update(config.name, full);
      }
    });
  }
}

/** Makes the one consumer through which all processes of an agent are leased its work. */
export async function ensureConsumer(
  manager: JetStreamManager,
  agent: string,
  leaseMs: number,
): Promise<void> {
  await whileAway(() =>
    manager.consumers.add(TASKS, {
      durable_name: agent,
      filter_subject: `task.v1.${agent}.>`,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(leaseMs),
      max_deliver: DELIVERIES_MAX,
      max_ack_pending: LEASED_MAX,
    }),
  );
}
