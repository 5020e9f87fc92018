/** Owns the faults the local InstantPay can be told to have, and which of them the next call gets. */

export type DemoOperation = 'track' | 'list' | 'notify' | 'cancel' | 'transaction';

/** `when`: whether the operation takes effect first; default before (it does not). */
export type Effect =
  // The call ends like this:
  | { kind: 'html500'; when?: 'before' | 'after' }
  | { kind: 'truncated'; when?: 'before' | 'after' }
  | { kind: 'stallBody'; when?: 'before' | 'after' }
  | { kind: 'noHeaders'; when?: 'before' | 'after' }
  | { kind: 'reset'; when?: 'before' | 'after' }
  | { kind: 'tooMany'; retryAfter?: string }
  | { kind: 'statuscode'; statuscode: string; status?: string; when?: 'before' | 'after' }
  | {
      kind: 'raw';
      httpStatus: number;
      body: string;
      headers?: Record<string, string>;
      when?: 'before' | 'after';
    }
  // The call goes on, changed:
  | { kind: 'linkStatus'; status: string }
  | { kind: 'data'; value: unknown }
  | { kind: 'amountAsText' }
  | { kind: 'environment'; value: string }
  | { kind: 'delay'; delayMs: number }
  /** No answer until this resolves: for races in a chosen order. */
  | { kind: 'hold'; until: Promise<unknown> };

export interface Fault {
  effect: Effect;
  /** Default: any operation. */
  operation?: DemoOperation;
  /** Default: any link. */
  linkId?: string;
  /** Of the list; default: any page. */
  page?: number;
  /** For how many calls; default 1; 0 until cleared. */
  times?: number;
}

const ENDINGS = [
  'html500',
  'truncated',
  'stallBody',
  'noHeaders',
  'reset',
  'tooMany',
  'statuscode',
  'raw',
] as const;

export type Ending = Extract<Effect, { kind: (typeof ENDINGS)[number] }>;

export function isEnding(effect: Effect): effect is Ending {
  return ENDINGS.some((kind) => kind === effect.kind);
}

export function makeFaults() {
  let faults: { fault: Fault; left: number }[] = [];
  return {
    /** Returns the way to take this one back. */
    add(fault: Fault): () => void {
      const added = { fault, left: fault.times === 0 ? Number.POSITIVE_INFINITY : (fault.times ?? 1) };
      faults.push(added);
      return () => {
        faults = faults.filter((one) => one !== added);
      };
    },
    clear(): void {
      faults = [];
    },
    /** The effects for this call: all that change it, and the first that ends it. Each is used up by one. */
    take(operation: DemoOperation, linkId: string | undefined, page?: number): Effect[] {
      const effects: Effect[] = [];
      for (const each of faults) {
        const { fault } = each;
        if (fault.operation !== undefined && fault.operation !== operation) continue;
        if (fault.linkId !== undefined && fault.linkId !== linkId) continue;
        if (fault.page !== undefined && fault.page !== page) continue;
        if (isEnding(fault.effect) && effects.some(isEnding)) continue;
        each.left -= 1;
        effects.push(fault.effect);
      }
      faults = faults.filter(({ left }) => left > 0);
      return effects;
    },
  };
}
