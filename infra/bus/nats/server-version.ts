import { BadInput } from "@nightshift/protocol/errors";
import type { ServerInfo } from "@nats-io/transport-node";

/**
 * The oldest broker that will do. Older ones take settings and commands that they do not know and
 * say nothing (facts: `term` with a reason, time limits of messages), or lose what they acknowledged.
 */
const OLDEST = [2, 12, 3] as const;

/** A frame is 8 MiB at most, as on a socket; the broker must carry one whole. */
export const FRAME_BYTES_MAX = 8_000_000;

/**
 * Looks what the broker says of itself.
 * @throws BadInput where it is too old, has JetStream off, takes small messages only, or lets anyone
 * in who is not of this machine.
 */
export function mustServe(
  info: ServerInfo | undefined,
  { url, isLocal }: { url: string; isLocal: boolean },
): void {
  if (!info) throw new BadInput("the broker says nothing of itself", url, "start a nats-server");
  const oldest = OLDEST.join(".");
  if (isOlder(info.version)) {
    throw new BadInput(
      `nats-server ${info.version} is too old: leases, dead letters and limits need ${oldest}`,
      url,
      `install nats-server ${oldest} or newer`,
    );
  }
  if (info.jetstream !== true) {
    throw new BadInput("JetStream is off", url, "start it with infra/deploy/nats.conf");
  }
  if (info.max_payload < FRAME_BYTES_MAX) {
    throw new BadInput(
      `it takes messages of ${info.max_payload} bytes; a diff needs up to ${FRAME_BYTES_MAX}`,
      url,
      "set max_payload: 8MB in nats.conf",
    );
  }
  if (!isLocal && info.auth_required !== true) {
    throw new BadInput(
      "it asks nobody for keys: anyone could speak for anyone",
      url,
      "include the file that `nightshift agents keys` writes in nats.conf",
    );
  }
}

function isOlder(version: string): boolean {
  const parts = version.split(/[.-]/).map(Number);
  for (const [place, wanted] of OLDEST.entries()) {
    const part = parts[place] ?? 0;
    if (part !== wanted) return !(part > wanted);
  }
  return false;
}
