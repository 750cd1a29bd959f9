import { NightCard, SkillName } from "./skills.ts";

/**
 * Every subject of NATS that Night Shift uses. Names of agents are tokens (`[a-z0-9-]`), so that no
 * name can add one: whoever may publish on a subject is who the subject says.
 */
const Name = NightCard.shape.name;

/** A name as a token. @throws ZodError where it is none. */
function token(name: string): string {
  return Name.parse(name);
}

/** Requests of one caller to an agent, for any of its processes. */
export function rpcSubject(agent: string, caller: string): string {
  return `a2a.v1.${token(agent)}.rpc.${token(caller)}`;
}

/** Requests of one caller to one process of an agent. */
export function sessionSubject(agent: string, caller: string, session: string): string {
  return `${rpcSubject(agent, caller)}.${token(session)}`;
}

/** In place of a process: every process of an agent, where it is not known which one has a call. */
export const EVERY_PROCESS = "every";

/** What a process of an agent listens to: requests of anyone to any, to itself, and to every one. */
export function rpcOf(
  agent: string,
  session: string,
): { shared: string; own: string; all: string } {
  const base = `a2a.v1.${token(agent)}.rpc.*`;
  return { shared: base, own: `${base}.${token(session)}`, all: `${base}.${EVERY_PROCESS}` };
}

/** Signs of life, with the card; of everyone where no agent is named. */
export function heartbeatSubject(agent?: string): string {
  return `a2a.v1.${agent === undefined ? "*" : token(agent)}.hb`;
}

/** Work for an agent: one message, one task of the work queue. */
export function taskSubject(agent: string, skill: SkillName): string {
  return `task.v1.${token(agent)}.${SkillName.parse(skill)}`;
}

/** What an agent tells of one piece of work, to the caller that gave it. */
export function workSubject(agent: string, caller: string, key: string): string {
  return `ev.v1.${token(agent)}.work.${token(caller)}.${token(key)}`;
}

/** Where work ends that nobody could do. */
export function deadSubject(agent: string): string {
  return `dlq.v1.${token(agent)}`;
}

/**
 * Where answers of an agent to a caller go: the caller alone may listen there, and the agent alone may
 * speak. Nobody needs the broker's leave to answer wherever a message says, which would be leave to
 * speak anywhere: a message can name any subject for its answer.
 */
export function answersOf(caller: string, agent: string): string {
  return `re.v1.${token(caller)}.${token(agent)}`;
}

/** Where one process of a caller listens for answers of anyone. */
export function answersTo(caller: string, session: string): string {
  return `re.v1.${token(caller)}.*.${token(session)}.*`;
}

/** Where the broker's own answers arrive: of JetStream, to the house. */
export function inboxPrefix(name: string): string {
  return `_INBOX_${token(name)}`;
}

/** The third token of an agent's subject: its name. Null where it is none. */
export function agentIn(subject: string): string | null {
  return nameAt(subject, 2);
}

/** Who published on a subject of requests, by the subject alone. Null where it is none. */
export function callerIn(subject: string): string | null {
  return nameAt(subject, 4);
}

/** Who answered, by the subject of the answer alone. Null where it is none. */
export function answererIn(subject: string): string | null {
  return nameAt(subject, 3);
}

function nameAt(subject: string, place: number): string | null {
  const read = Name.safeParse(subject.split(".")[place]);
  return read.success ? read.data : null;
}
