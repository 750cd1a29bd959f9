/** One process of a dispatcher: when it is dead, nothing of it does anything any more. */
export type Life = { dead: boolean };

/** What the code of a dead process runs into, wherever it tries to touch the world. */
export class Dead extends Error {
  override readonly name = "Dead";
}

/**
 * A port as one process holds it: calls work while the process lives. A call that was under way
 * when the process died may have done its work; its answer reaches nobody.
 */
export function mortal<Port extends object>(port: Port, life: Life): Port {
  const mustLive = () => {
    if (life.dead) throw new Dead("this process is dead");
  };
  return new Proxy(port, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key, target);
      if (typeof member !== "function") return member;
      return (...given: unknown[]) => {
        mustLive();
        const answer: unknown = Reflect.apply(member, target, given);
        if (answer instanceof Promise) return answer.finally(mustLive);
        return isStream(answer) ? whileAlive(answer, mustLive) : answer;
      };
    },
  });
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === "object" && answer !== null && Symbol.asyncIterator in answer;
}

async function* whileAlive(stream: AsyncIterable<unknown>, mustLive: () => void) {
  for await (const item of stream) {
    mustLive();
    yield item;
  }
}
