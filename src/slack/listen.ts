/** Owns Bolt's listeners: each acknowledges in time, reads its payload into an interaction and dispatches it. */

import type { App, BlockAction, ViewSubmitAction } from '@slack/bolt';
import { acknowledgeOnce } from './acknowledge.ts';
import { inForm } from './answer-in-form.ts';
import { decodeOrigin } from './block-kit/form-metadata.ts';
import { EVENT_NAMES } from './block-kit/ids.ts';
import { readSelectedRequests } from './block-kit/home-values.ts';
import type { Seal } from './block-kit/seal.ts';
import { decodeLinkId, decodeRequestId, readSelectedLinks } from './block-kit/values.ts';
import { createDispatch, type DispatchOptions, untraced, type Within } from './dispatch.ts';
import type { Homes } from './home/homes.ts';
import {
  commandUrlOf,
  deliveryIdOf,
  readDelayMs,
  readForm,
  readPlace,
  readValue,
  teamOf,
} from './payload.ts';
import { buttonRoute, clickOf, UNKNOWN_BUTTON } from './button-routes.ts';
import { EVENT_ROUTES } from './event-routes.ts';
import { formRoute, UNKNOWN_FORM } from './form-routes.ts';
import { listenToShortcuts } from './listen-shortcuts.ts';
import type { Delivered } from './listen-messages.ts';
import type { Listening } from './listening.ts';
import type { Wait } from './patience.ts';
import type { ButtonRoute, FormRoute } from './routes.ts';
import { slashCommand } from './typed.ts';

/** Every kind of request has a listener, so that none is left without an acknowledgement (trap 7). */
export function registerListeners(app: App, options: DispatchOptions): void {
  const { services, inFlight, log, teamId } = options;
  const { homes } = services;
  const listening = {
    app,
    dispatch: createDispatch(options),
    clock: services.deps.clock,
    homes,
    log,
    services,
    inFlight,
    teamId,
  };
  listenToCommands(listening);
  listenToClicks(listening, services.seal);
  listenToForms(listening, services.seal);
  listenToEvents(listening, options.within);
  listenToShortcuts(listening);
  acknowledgeTheRest(listening);
}

function listenToCommands({ app, dispatch, clock, log }: Listening): void {
  app.command(/.*/, async ({ ack, command, context: { retryNum } }) => {
    const pressedAt = clock();
    const acknowledgement = acknowledgeOnce(() => ack(), log);
    await acknowledgement.acknowledge();
    await dispatch({
      interaction: {
        ...acknowledgement,
        actor: { userId: command.user_id },
        channelId: command.channel_id,
        threadTs: undefined,
        message: undefined,
        pressedAt,
        deliveryId: deliveryIdOf(command.trigger_id),
        isRedelivery: retryNum !== undefined,
        responseUrl: command.response_url,
        commandUrl: command.response_url,
        triggerId: command.trigger_id,
        formAt: undefined,
        isSubmitted: false,
      },
      ...slashCommand(command.text, pressedAt),
      teamId: command.team_id,
      retryNum,
      wait: 'looking up',
    });
  });
}

function listenToClicks({ app, dispatch, clock, homes, log, teamId }: Listening, seal: Seal): void {
  app.action<BlockAction>(
    { type: 'block_actions', action_id: /.*/ },
    async ({ ack, body, action, context: { retryNum } }) => {
      const pressedAt = clock() - readDelayMs(action, Date.now());
      const { actionId, value } = clickOf(action.action_id, readValue(action));
      const route = buttonRoute(actionId);
      const acknowledgement = acknowledgeOnce(() => ack(), log);
      if (!route.decides) await acknowledgement.acknowledge();
      const isHome = 'view' in body && body.view?.type === 'home';
      await dispatch({
        interaction: {
          ...acknowledgement,
          actor: { userId: body.user.id },
          ...clickedAt(body, route, seal),
          selectedLinks: readSelectedLinks(body),
          selectedRequests: isHome ? readSelectedRequests(body.view?.state.values) : undefined,
          pressedAt,
          deliveryId: deliveryIdOf(body.trigger_id),
          isRedelivery: retryNum !== undefined,
          commandUrl: undefined,
          triggerId: body.trigger_id,
          isSubmitted: false,
        },
        subject: route.subject,
        may: route.may,
        route: route === UNKNOWN_BUTTON ? 'button not known' : `button ${actionId}`,
        linkId: decodeLinkId(value),
        cancelRequestId: actionId.startsWith('approval.') ? decodeRequestId(value) : undefined,
        teamId: teamOf(body.team?.id, body.user.team_id, teamId),
        retryNum,
        wait: route.decides ? 'not recorded' : route.looksUp && 'looking up',
        opens: (context) => route.opens?.(context, value) ?? Promise.resolve(),
        // What a form shows has its answers there too, unless its route knows the form.
        handle: (context) =>
          route.handle(context.form.at && !route.place ? inForm(context) : context, value, action.block_id),
      });
      // Whatever came of it: the row that was clicked must not keep live buttons.
      if (isHome) await homes.refresh(body.user.id);
    },
  );
}

/** Where a click was made, and where its answers go: a click in a form has no place but the form's own. */
function clickedAt(body: BlockAction, { place }: ButtonRoute, seal: Seal) {
  const clicked = readPlace(body.container, body.message);
  const formAt = readForm(body.view);
  const origin = formAt && (place ?? decodeOrigin)(formAt.metadata, seal);
  return {
    channelId: body.channel?.id ?? clicked?.message.channelId ?? origin?.channelId ?? body.user.id,
    threadTs: clicked?.threadTs ?? origin?.threadTs,
    message: clicked?.message,
    responseUrl: body.response_url || origin?.responseUrl,
    formAt,
  };
}

function listenToForms({ app, dispatch, clock, homes, log, teamId }: Listening, seal: Seal): void {
  app.view<ViewSubmitAction>(
    { callback_id: /.*/, type: 'view_submission' },
    async ({ ack, body, view, context: { retryNum } }) => {
      const pressedAt = clock();
      const route = formRoute(view.callback_id);
      const { values } = view.state;
      const wrong = route.check(values, view.private_metadata);
      if (wrong) {
        await ack({ response_action: 'errors', errors: wrong });
        return;
      }
      const acknowledgement = acknowledgeOnce(ack, log);
      if (!route.decides && !route.answersInForm) await acknowledgement.acknowledge();
      const place = route.place(view.private_metadata, seal);
      await dispatch({
        interaction: {
          ...acknowledgement,
          actor: { userId: body.user.id },
          channelId: place?.channelId ?? body.user.id,
          threadTs: place?.threadTs,
          message: undefined,
          pressedAt,
          deliveryId: view.id,
          isRedelivery: retryNum !== undefined,
          responseUrl: place?.responseUrl,
          commandUrl: commandUrlOf(place?.responseUrl),
          triggerId: undefined,
          formAt: route.answersInForm && readForm(view),
          isSubmitted: route.answersInForm === true,
        },
        subject: route.subject,
        may: route.may,
        route: route === UNKNOWN_FORM ? 'form not known' : `form ${view.callback_id}`,
        teamId: teamOf(body.team?.id, body.user.team_id, teamId),
        retryNum,
        wait: waitOf(route),
        handle: (context) => route.handle(context, values, view.private_metadata),
      });
      await refreshAfterForm(homes, body.user.id, place);
    },
  );
}

function waitOf(route: FormRoute): Wait | undefined {
  if (route.decides) return 'not recorded';
  if (route.answersInForm) return 'in the form';
  return route.tells ? undefined : 'looking up';
}

/** A form that was opened in App Home has no channel but the person's own ID. */
async function refreshAfterForm(
  homes: Homes,
  userId: string,
  place: { channelId: string } | undefined,
): Promise<void> {
  if (place?.channelId === userId) await homes.refresh(userId);
}

function listenToEvents(listening: Listening, within: Within = untraced): void {
  for (const name of EVENT_NAMES) {
    listening.app.event(name, async ({ event, body, context }) => {
      const delivered = deliveredOf(event, body, context);
      await within({ kind: 'event', name: `event ${name}` }, () => EVENT_ROUTES[name](listening, delivered));
    });
  }
}

function deliveredOf(
  event: unknown,
  body: { event_id: string; team_id: string },
  { botUserId, retryNum }: { botUserId?: string; retryNum?: number },
): Delivered {
  return { event, eventId: body.event_id, teamId: body.team_id, botUserId, retryNum };
}

/** Without an acknowledgement Slack delivers again, or shows the person an error. */
function acknowledgeTheRest({ app, log }: Listening): void {
  app.view({ callback_id: /.*/, type: 'view_closed' }, async ({ ack }) => ack());
  app.action({ type: 'interactive_message' }, async ({ ack }) => ack());
  app.action({ type: 'dialog_submission' }, async ({ ack }) => ack());
  app.options(/.*/, async ({ ack }) => ack({ options: [] }));
  app.event(/.*/, async () => {});
  app.error(async (error) => log.error({ error }, 'Bolt error'));
}
