/** Owns modals and home tabs: limits and trigger ids here, stacks, hashes and external ids at emulate. */

import { withIds } from './block-ids.ts';
import type { SlackView } from './board.ts';
import type { JsonObject } from './json.ts';
import { objectOf, textOf } from './json.ts';
import { refuseView } from './judge/views.ts';
import type { Method, MethodContext } from './methods.ts';
import { failure, refused } from './refusal.ts';

export const VIEW_METHODS: Readonly<Record<string, Method>> = {
  'views.open': (context) => openModal(context, 'views.open'),
  'views.push': (context) => openModal(context, 'views.push'),

  async 'views.update'(context) {
    const target = context.board.views.find(({ id, view }) =>
      context.body.view_id === undefined
        ? view.external_id === context.body.external_id
        : id === context.body.view_id,
    );
    if (target && !target.isOpen) return failure('not_found');
    return await updateView(context, target);
  },

  async 'views.publish'(context) {
    const refusal = refuseView(objectOf(context.body.view), 'home');
    if (refusal) return refused(refusal);
    const answer = await context.ask({ ...context.body, view: withFilledIds(context.body.view) });
    if (answer.ok === true) showView(context, textOf(context.body.user_id), objectOf(answer.view));
    return answer;
  },
};

async function openModal(context: MethodContext, method: 'views.open' | 'views.push'): Promise<JsonObject> {
  const refusal = refuseView(objectOf(context.body.view), 'modal');
  if (refusal) return refused(refusal);
  const trigger = context.passes.exchange(textOf(context.body.trigger_id));
  if ('error' in trigger) return failure(trigger.error);
  return await openFor(context, method, trigger.userId, trigger.viewId, context.body.view);
}

/** Also for `response_action: push`, which needs no trigger id of the app's. */
export async function openFor(
  context: Pick<MethodContext, 'upstream' | 'botToken' | 'board'>,
  method: 'views.open' | 'views.push',
  userId: string,
  viewId: string | undefined,
  view: unknown,
): Promise<JsonObject> {
  const { upstream, botToken } = context;
  // Emulate's own trigger ids run on the wall clock in whole seconds; ours was judged already, so a fresh one.
  const fresh = await upstream.call('views.generateTriggerId', botToken, {
    user_id: userId,
    view_id: viewId,
  });
  const body = { trigger_id: fresh.trigger_id, view: withFilledIds(view) };
  const answer = await upstream.call(method, botToken, body);
  if (answer.ok === true) showView(context, userId, objectOf(answer.view));
  return answer;
}

async function updateView(context: MethodContext, target: SlackView | undefined): Promise<JsonObject> {
  const refusal = refuseView(objectOf(context.body.view), target?.type ?? 'modal');
  if (refusal) return refused(refusal);
  const answer = await context.ask({ ...context.body, view: withFilledIds(context.body.view) });
  if (answer.ok === true) showView(context, target?.userId ?? '', objectOf(answer.view));
  return answer;
}

export function showView(context: Pick<MethodContext, 'board'>, userId: string, view: JsonObject): void {
  context.board.show({
    id: textOf(view.id),
    userId,
    type: view.type === 'home' ? 'home' : 'modal',
    isOpen: true,
    view,
    chosen: {},
    errors: {},
    previousId: textOf(view.previous_view_id) || undefined,
  });
}

export function withFilledIds(view: unknown): JsonObject {
  return { ...objectOf(view), blocks: withIds(objectOf(view).blocks) };
}
