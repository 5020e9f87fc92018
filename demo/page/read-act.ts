/** Owns reading an act of the page: it has the shape of the protocol, or it is refused. */

import { z } from 'zod';
import { type Act, SCENES, TROUBLES } from './protocol.ts';

const text = z.string().max(40_000);
const id = z.string().min(1).max(300);
const choice = z.union([text, z.array(text).max(100)]);
const values = z.record(z.string(), choice);
const person = id;

const ACT = z.discriminatedUnion('act', [
  z.object({ act: z.literal('say'), person, channel: id, threadTs: id.exactOptional(), text }),
  z.object({
    act: z.literal('press'),
    person,
    on: z.union([z.object({ message: id }), z.object({ view: id })]),
    blockId: id,
    actionId: id,
    choice: choice.exactOptional(),
    values,
    times: z.number().exactOptional(),
  }),
  z.object({ act: z.literal('submit'), person, view: id, values }),
  z.object({ act: z.literal('dismiss'), person, view: id }),
  z.object({ act: z.literal('shortcut'), person, callbackId: id, message: id.exactOptional() }),
  z.object({ act: z.literal('openHome'), person }),
  z.object({ act: z.literal('link'), linkId: id, to: z.enum(['claim', 'expire', 'stall', 'pay']) }),
  z.object({ act: z.literal('trouble'), trouble: z.enum(TROUBLES), on: z.boolean() }),
  z.object({ act: z.literal('clock'), to: z.enum(['minute', 'hour', 'tomorrow']) }),
  z.object({ act: z.literal('kill') }),
  z.object({ act: z.literal('scene'), scene: z.enum(SCENES) }),
  z.object({ act: z.literal('reset') }),
]) satisfies z.ZodType<Act>;

/** Throws with one sentence. */
export function readAct(body: string): Act {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    throw new Error('That is no act of this page: it is not JSON.');
  }
  const act = ACT.safeParse(json);
  if (!act.success) throw new Error(`That is no act of this page: ${z.prettifyError(act.error)}`);
  return act.data;
}
