/** Owns one delivery from its sending to its answers: copies, acknowledgements, and the record of both. */

import type { SlackMessage } from './board.ts';
import type { Changes, Wait } from './changes.ts';
import type { Ack, Delivery, DeliveryOptions, Outbound } from './delivery.ts';
import type { ResponsePass } from './passes.ts';

/** What the app was sent and what came of it. */
export interface Delivered {
  outbound: Outbound;
  /** One for each copy; `ack` is the first. */
  acks: Ack[];
  ack: Ack;
  triggerId: string | undefined;
  responseUrl: string | undefined;
  /** Live: what was posted or replaced through the response_url, and in the acknowledgement. */
  answers: readonly SlackMessage[];
  /** The nth answer (from 1), waited for. */
  answer(nth?: number, wait?: Wait): Promise<SlackMessage>;
  /** The very same delivery once more, as Slack's retries and a person's double click do it. */
  again(options?: DeliveryOptions): Promise<Delivered>;
}

interface Sending {
  outbound: Outbound;
  options: DeliveryOptions;
  pass?: ResponsePass;
  triggerId?: string;
  /** What Slack does with an acknowledgement. */
  onAck(ack: Ack): Promise<void>;
}

export interface Deliveries {
  sent: Delivered[];
  send(sending: Sending): Promise<Delivered>;
}

export function createDeliveries(changes: Changes, delivery: () => Delivery): Deliveries {
  const sent: Delivered[] = [];
  async function send(sending: Sending): Promise<Delivered> {
    const { options, pass } = sending;
    const payload = options.forge ? options.forge(sending.outbound.payload) : sending.outbound.payload;
    const outbound = { ...sending.outbound, payload };
    const copies = Array.from({ length: options.copies ?? 1 }, async () => {
      const ack = await delivery().deliver(outbound, options);
      await sending.onAck(ack);
      return ack;
    });
    const acks = await Promise.all(copies);
    const [ack] = acks;
    if (!ack) throw new Error('a delivery needs at least one copy');
    const answers = pass?.posted ?? [];
    const delivered: Delivered = {
      outbound,
      acks,
      ack,
      triggerId: sending.triggerId,
      responseUrl: pass?.url,
      answers,
      answer: (nth = 1, wait = {}) =>
        changes.waitFor(() => answers[nth - 1], { what: `answer ${nth} to ${describe(outbound)}`, ...wait }),
      again: (more = {}) => send({ ...sending, outbound, options: more }),
    };
    sent.push(delivered);
    changes.announce();
    return delivered;
  }
  return { sent, send };
}

function describe({ type, payload }: Outbound): string {
  if (type === 'slash_commands') return `${String(payload.command)} ${String(payload.text)}`;
  return `${type} ${String(payload.type)}`;
}
