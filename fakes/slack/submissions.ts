/** Owns what Slack does with the answer to a submitted modal: close, errors, update, push, clear. */

import type { Board, SlackView } from './board.ts';
import type { Ack } from './delivery.ts';
import type { JsonObject } from './json.ts';
import { isObject, objectOf, textOf } from './json.ts';
import { refuseSubmissionErrors, refuseView } from './judge/views.ts';
import type { Upstream } from './upstream.ts';
import { openFor, showView, withFilledIds } from './view-methods.ts';

interface SubmissionContext {
  board: Board;
  upstream: Upstream;
  botToken: string;
}

const TROUBLE = 'We had some trouble connecting. Try again?';

export async function takeSubmissionAck(
  context: SubmissionContext,
  view: SlackView,
  ack: Ack,
): Promise<void> {
  const problem = ack.acknowledged ? await obey(context, view, objectOf(ack.body)) : describe(ack);
  if (problem !== undefined)
    context.board.notices.push({ userId: view.userId, text: `${TROUBLE} (${problem})` });
  context.board.touch();
}

/** The reason why Slack would not do it, if there is one. */
async function obey(
  context: SubmissionContext,
  shown: SlackView,
  answer: JsonObject,
): Promise<string | undefined> {
  const { board, upstream, botToken } = context;
  const action = answer.response_action;
  if (action === undefined) {
    shown.isOpen = false;
    return undefined;
  }
  if (action === 'clear') {
    for (const one of board.views)
      if (one.type === 'modal' && one.userId === shown.userId) one.isOpen = false;
    return undefined;
  }
  if (action === 'errors') {
    const errors = objectOf(answer.errors);
    const problem = refuseSubmissionErrors(errors, shown.view);
    if (problem) return problem;
    shown.errors = Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, textOf(text)]));
    return undefined;
  }
  if (!isObject(answer.view)) return `response_action ${textOf(action)} without a view`;
  const refusal = refuseView(answer.view, 'modal');
  if (refusal) return refusal.messages.join('; ');
  if (action === 'push') {
    const pushed = await openFor(context, 'views.push', shown.userId, shown.id, answer.view);
    return pushed.ok === true ? undefined : textOf(pushed.error);
  }
  if (action !== 'update') return `unknown response_action ${JSON.stringify(action)}`;
  const view = withFilledIds(answer.view);
  const updated = await upstream.call('views.update', botToken, { view_id: shown.id, view });
  if (updated.ok === true) showView(context, shown.userId, objectOf(updated.view));
  return updated.ok === true ? undefined : textOf(updated.error);
}

function describe({ status, problem }: Ack): string {
  return problem ?? `status ${String(status)}`;
}
