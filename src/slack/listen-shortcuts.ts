/** Owns listening to shortcuts: global ones open a form, the one on a message answers below it. */

import { z } from 'zod';
import { acknowledgeOnce } from './acknowledge.ts';
import type { Listening } from './listening.ts';
import { deliveryIdOf, teamOf } from './payload.ts';
import { shortcutRoute, UNKNOWN_SHORTCUT } from './shortcut-routes.ts';

/** Of a shortcut on a message. */
const onMessage = z.object({
  channel: z.object({ id: z.string() }),
  message: z.object({ text: z.string().nullish(), ts: z.string(), thread_ts: z.string().optional() }),
  response_url: z.string(),
});

export function listenToShortcuts({ app, dispatch, clock, log, teamId }: Listening): void {
  app.shortcut(/.*/, async ({ ack, shortcut, context: { retryNum } }) => {
    const acknowledgement = acknowledgeOnce(() => ack(), log);
    await acknowledgement.acknowledge();
    const route = shortcutRoute(shortcut.callback_id);
    const { data: on } = onMessage.safeParse(shortcut);
    const { id: userId, team_id: userTeam } = shortcut.user;
    await dispatch({
      interaction: {
        ...acknowledgement,
        actor: { userId },
        // A global shortcut has no channel: answers go to the person.
        channelId: on?.channel.id ?? userId,
        // The first message of a thread is read in the channel.
        threadTs: on && on.message.thread_ts !== on.message.ts ? on.message.thread_ts : undefined,
        message: undefined,
        pressedAt: clock(),
        deliveryId: deliveryIdOf(shortcut.trigger_id),
        isRedelivery: retryNum !== undefined,
        responseUrl: on?.response_url,
        commandUrl: undefined,
        triggerId: shortcut.trigger_id,
        formAt: undefined,
        isSubmitted: false,
      },
      subject: route.subject,
      may: route.may,
      route: route === UNKNOWN_SHORTCUT ? 'shortcut not known' : `shortcut ${shortcut.callback_id}`,
      teamId: teamOf(shortcut.team?.id, userTeam, teamId),
      retryNum,
      wait: route.looksUp && 'looking up',
      opens: route.opens,
      handle: (context) => route.handle(context, on?.message.text ?? ''),
    });
  });
}
