/** Owns the store with a span around each of its operations. */

export interface OperationSpan {
  end(): void;
  fail(error: unknown): void;
}

/** `operation`: the part and its operation, such as `requests.find`. Undefined: this one is not traced. */
export type StartOperation = (operation: string) => OperationSpan | undefined;

/** The functions of the store's parts are traced; its own, such as `close`, are not. */
export function traceStore<Parts extends object>(store: Parts, start: StartOperation): Parts {
  const traced = new Map<string, unknown>();
  return new Proxy(store, {
    get(target, name) {
      const part: unknown = Reflect.get(target, name);
      if (typeof name !== 'string' || typeof part !== 'object' || part === null) return part;
      if (!traced.has(name)) traced.set(name, tracePart(name, part, start));
      return traced.get(name);
    },
  });
}

function tracePart<Part extends object>(name: string, part: Part, start: StartOperation): Part {
  const traced = new Map<string, unknown>();
  return new Proxy(part, {
    get(target, key) {
      const operation: unknown = Reflect.get(target, key);
      if (typeof key !== 'string' || typeof operation !== 'function') return operation;
      if (!traced.has(key))
        traced.set(
          key,
          traceOperation(() => start(`${name}.${key}`), target, operation),
        );
      return traced.get(key);
    },
  });
}

function traceOperation(
  start: () => OperationSpan | undefined,
  part: object,
  operation: CallableFunction,
): (...given: unknown[]) => unknown {
  return (...given) => {
    const span = start();
    const answer: unknown = Reflect.apply(operation, part, given);
    if (!span) return answer;
    if (answer instanceof Promise) return settled(answer, span);
    if (isIterated(answer)) return iterated(answer, span);
    span.end();
    return answer;
  };
}

async function settled(answer: Promise<unknown>, span: OperationSpan): Promise<unknown> {
  try {
    const value = await answer;
    span.end();
    return value;
  } catch (error) {
    span.fail(error);
    throw error;
  }
}

function isIterated(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** Ends with the last item, or when its reader stops before. */
async function* iterated(
  answer: AsyncIterable<unknown>,
  span: OperationSpan,
): AsyncGenerator<unknown, void, void> {
  let failed = false;
  try {
    yield* answer;
  } catch (error) {
    failed = true;
    span.fail(error);
    throw error;
  } finally {
    if (!failed) span.end();
  }
}
