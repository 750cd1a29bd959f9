import { CHAIN_START, linkHashLike } from "../chain.ts";
import { Heads } from "../heads.ts";
import type { Verdict } from "../sqlite/verify.ts";
import type { OurRecord } from "./record.ts";
import type { ClusterStore } from "./store.ts";

/** Most findings that are told; the first ones say where to look. */
const BROKEN_MAX = 100;

type Seal = { position: bigint; root: string; streams: number };
type Head = { revision: number; hash: string };

/**
 * Reads the whole log from its server and recomputes what protects it: the hash chain of every
 * stream, and the roots that were sealed. The server's own files are its own to check.
 * @throws Unavailable when the server cannot be reached.
 */
export async function verifyCluster(store: ClusterStore): Promise<Verdict> {
  const seals = await sealsOf(store);
  const heads = new Map<string, Head>();
  const last = new Heads();
  const broken: Verdict["broken"] = [];
  const tell = (stream: string | null, record: OurRecord | null, why: string) => {
    if (broken.length >= BROKEN_MAX) return;
    const position = record?.position ?? null;
    broken.push({ stream, revision: record?.link.revision ?? null, position, why });
  };
  let events = 0;
  let rootsChecked = 0;
  const checkSeals = (upTo: bigint) => {
    for (const { root, streams } of seals.get(upTo) ?? []) {
      rootsChecked += 1;
      const actual = last.root();
      if (actual.root === root && actual.streams === streams) continue;
      tell(null, null, `the log up to ${upTo} is not what was sealed (root ${root})`);
    }
  };
  checkSeals(0n);
  for await (const record of store.records()) {
    const { link, hash, position } = record;
    events += 1;
    const head = heads.get(link.stream);
    const expected = head ? head.revision + 1 : 0;
    if (link.revision !== expected) {
      tell(link.stream, record, `event ${expected} of its stream should come here`);
    }
    if (linkHashLike(hash, head?.hash ?? CHAIN_START, link) !== hash) {
      tell(link.stream, record, "its content or hash was changed after it was written");
    }
    heads.set(link.stream, { revision: link.revision, hash });
    last.set(link.stream, hash);
    checkSeals(position);
  }
  const known = [...seals.values()].flat().length;
  if (known > rootsChecked) tell(null, null, "a sealed root is about events that are missing");
  return { ok: broken.length === 0, events, streams: heads.size, broken, rootsChecked };
}

/** What was sealed, by the position up to which it was. */
async function sealsOf(store: ClusterStore): Promise<Map<bigint, Seal[]>> {
  const seals = new Map<bigint, Seal[]>();
  for await (const { event, position } of store.readAll({ types: ["shift.sealed"] })) {
    if (event.type !== "shift.sealed" || !/^\d{1,19}$/.test(event.upTo)) continue;
    const upTo = BigInt(event.upTo);
    const { root, streams } = event;
    seals.set(upTo, [...(seals.get(upTo) ?? []), { position, root, streams }]);
  }
  return seals;
}
