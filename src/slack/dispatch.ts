/**
 * Owns the way from Bolt to a handler: acknowledge first (a decision: once it is stored), then who is it, may they,
 * do it, and answer whatever happens. Every kind of request has a listener, so that nothing is left without an acknowledgement.
 */

import type { App } from '@slack/bolt';
import { Forbidden, isPayoutDeskError, NotFound, Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import { requirePermission, type Wanted, writeRefusal } from '../payouts/access.ts';
import type { AuditSubject } from '../payouts/audit-entry.ts';
import { istDay } from '../payouts/time.ts';
import { acknowledgeOnce } from './acknowledge.ts';
import { decodeRequestId, decodeLinkId } from './block-kit/values.ts';
import { answerError } from './answer-error.ts';
import { type Context, createContext, type Services, type Origin } from './context.ts';
import { publishHome } from './home.ts';
import { type Patience, startPatience, type Wait } from './patience.ts';
import type { Command } from './parse/command.ts';
import { parseCommand } from './parse/parse.ts';
import { buttonRoute, COMMAND_ROUTES, formRoute, type May, runCommand } from './routes.ts';
import { ofCommand, readDelayMs, readPlace, readValue, teamOf } from './payload.ts';
import { notUnderstood } from './views/help.ts';
import type { CommandName } from './parse/vocabulary.ts';

export interface DispatchOptions {
  services: Services;
  log: Log;
  /** Writes these fields on every log line of the work, also on those of parts that know nothing of the request. */
  logWith: (fields: Record<string, unknown>, work: () => Promise<void>) => Promise<void>;
  /** The workspace this desk was installed in; requests of others are refused. */
  teamId: string | undefined;
  newReference: () => string;
  /** Counts a piece of work in until the returned function is called; undefined when the desk is stopping. */
  accept: (cutOff: () => Promise<void>) => (() => void) | undefined;
  /** Counts in the word that the desk is stopping. */
  acceptWhileDraining: () => () => void;
  /** For metrics: which route, how it ended, how long it took. */
  onDone: (route: string, outcome: string, elapsedMs: number) => void;
  /** How long a person waits for an answer before they are told that it takes longer. */
  patience?: Patience | undefined;
}

interface Incoming {
  route: string;
  /** As the audit names it when it is refused. */
  subject: AuditSubject;
  may: May;
  command?: CommandName;
  linkId?: string | undefined;
  cancelRequestId?: string | undefined;
  teamId: string | undefined;
  retryNum: number | undefined;
  origin: Omit<Origin, 'reference' | 'log'>;
  /** What the person reads when it takes long; a decision is acknowledged early only after it was said. */
  meanwhile?: Wait | undefined;
  handle: (context: Context) => Promise<void>;
}

const CUT_OFF =
  'The desk is restarting and could not wait until this was done. Track the link to see how it stands before you try again.';

export function register(app: App, options: DispatchOptions): void {
  const { services } = options;
  const clock = services.deps.clock;

  const run = (incoming: Incoming): Promise<void> => {
    const reference = options.newReference();
    const { origin, route, linkId, retryNum } = incoming;
    const fields = { requestId: reference, userId: origin.actor.userId, channelId: origin.channelId, route };
    return options.logWith({ ...fields, linkId, retryNum }, () => work(incoming, reference));
  };

  const work = async (incoming: Incoming, reference: string): Promise<void> => {
    const startedAt = clock();
    const { origin, route } = incoming;
    const { log } = options;
    const context = createContext(services, { ...origin, reference, log });
    const accepted = options.accept(() => answerError(context, new Unavailable(CUT_OFF)));
    const done = accepted ?? options.acceptWhileDraining();
    let outcome = 'ok';
    const endPatience = startPatience(incoming.meanwhile, context, log, options.patience);
    try {
      if (!accepted)
        throw new Unavailable('The desk is restarting, so nothing was done. Please try again in a minute.');
      if (isOtherWorkspace(incoming)) {
        throw new Forbidden('This desk works only for the workspace it was installed in.');
      }
      if (incoming.may !== 'anyone') {
        await requirePermission(services.deps, origin.actor, incoming.may, wantedOf(incoming));
      }
      await incoming.handle(context);
    } catch (error) {
      outcome = isPayoutDeskError(error) ? error.kind : 'unexpected';
      await context.acknowledge();
      await recordRefusal(error, incoming, log);
      await answerError(context, error, incoming.command);
    } finally {
      endPatience();
      await context.meanwhile.end();
      done();
      const elapsedMs = clock() - startedAt;
      options.onDone(route, outcome, elapsedMs);
      log.info({ elapsedMs, status: outcome }, 'handled');
    }
  };

  /** What the rules refuse they write down themselves; this is for what does not get as far as them, as forgeries. */
  const recordRefusal = async (error: unknown, incoming: Incoming, log: Log): Promise<void> => {
    const forged = error instanceof NotFound && incoming.cancelRequestId !== undefined;
    if (!forged && !(error instanceof Forbidden && !error.audited)) return;
    const outcome = forged ? 'request_unknown' : isOtherWorkspace(incoming) ? 'wrong_workspace' : 'not_ours';
    try {
      await writeRefusal(services.deps, incoming.origin.actor, wantedOf(incoming), outcome);
    } catch (failure) {
      log.error({ error: failure }, 'audit of a refusal failed');
    }
  };

  const isOtherWorkspace = ({ teamId }: Incoming): boolean =>
    options.teamId !== undefined && teamId !== options.teamId;

  app.command(/.*/, async ({ ack, command, context: { retryNum } }) => {
    const pressedAt = clock();
    const acknowledge = acknowledgeOnce(ack, options.log);
    await acknowledge();
    const parsed = parseCommand(command.text, istDay(clock()));
    const name = parsed.ok ? parsed.command.name : 'help';
    await run({
      route: parsed.ok ? `command ${name}` : 'command not understood',
      subject: COMMAND_ROUTES[name].subject,
      may: COMMAND_ROUTES[name].may,
      linkId: parsed.ok ? linkIdOf(parsed.command) : undefined,
      command: name,
      meanwhile: 'looking up',
      teamId: command.team_id,
      retryNum,
      origin: {
        actor: { userId: command.user_id },
        channelId: command.channel_id,
        threadTs: undefined,
        message: undefined,
        acknowledge,
        responseUrl: command.response_url,
        commandUrl: command.response_url,
        triggerId: command.trigger_id,
        pressedAt,
        delivery: command.trigger_id,
        isRedelivery: retryNum !== undefined,
      },
      handle: (context) =>
        parsed.ok
          ? runCommand(context, parsed.command.name, parsed.command)
          : context.answer(notUnderstood(parsed)),
    });
  });

  app.action(
    { type: 'block_actions', action_id: /.*/ },
    async ({ ack, body, action, context: { retryNum } }) => {
      const pressedAt = clock() - readDelayMs(action, Date.now());
      const route = buttonRoute(action.action_id);
      const acknowledge = acknowledgeOnce(ack, options.log);
      if (!route?.decides) await acknowledge();
      const value = readValue(action);
      const place = readPlace(body.container, 'message' in body ? body.message : undefined);
      const origin = {
        actor: { userId: body.user.id },
        channelId: body.channel?.id ?? place?.message.channelId ?? body.user.id,
        threadTs: place?.threadTs,
        message: place?.message,
        acknowledge,
        responseUrl: body.response_url,
        commandUrl: undefined,
        triggerId: body.trigger_id,
        pressedAt,
        delivery: body.trigger_id,
        isRedelivery: retryNum !== undefined,
      };
      await run({
        route: route ? `button ${action.action_id}` : 'button not known',
        subject: route?.subject ?? 'button.unknown',
        linkId: decodeLinkId(value),
        cancelRequestId: action.action_id.startsWith('approval.') ? decodeRequestId(value) : undefined,
        may: route ? route.may : 'anyone',
        teamId: teamOf(body.team?.id, body.user.team_id, options.teamId),
        retryNum,
        origin,
        meanwhile: route?.decides ? 'not recorded' : route?.looksUp && 'looking up',
        handle: async (context) => {
          if (!route)
            throw new Unavailable(
              'This button is out of date. No action was taken. Type /payout to start again.',
            );
          await route.handle(context, value, action.block_id);
        },
      });
    },
  );

  app.view(
    { callback_id: /.*/, type: 'view_submission' },
    async ({ ack, body, view, context: { retryNum } }) => {
      const pressedAt = clock();
      const route = formRoute(view.callback_id);
      const { values } = view.state;
      const wrong = route?.check(values);
      if (wrong) {
        await ack({ response_action: 'errors', errors: wrong });
        return;
      }
      const acknowledge = acknowledgeOnce(ack, options.log);
      if (!route?.decides) await acknowledge();
      const place = route?.place(view.private_metadata, services.seal);
      await run({
        route: route ? `form ${view.callback_id}` : 'form not known',
        subject: route?.subject ?? 'form.unknown',
        may: route ? route.may : 'anyone',
        teamId: teamOf(body.team?.id, body.user.team_id, options.teamId),
        retryNum,
        origin: {
          actor: { userId: body.user.id },
          channelId: place?.channelId ?? body.user.id,
          threadTs: place?.threadTs,
          message: undefined,
          acknowledge,
          responseUrl: place?.responseUrl,
          commandUrl: ofCommand(place?.responseUrl),
          triggerId: undefined,
          pressedAt,
          delivery: view.id,
          isRedelivery: retryNum !== undefined,
        },
        meanwhile: route?.decides ? 'not recorded' : 'looking up',
        handle: async (context) => {
          if (!route)
            throw new Unavailable(
              'This form is out of date. No action was taken. Type /payout to start again.',
            );
          await route.handle(context, values, view.private_metadata);
        },
      });
    },
  );

  app.event('app_home_opened', async ({ event }) => {
    if (event.tab !== 'home') return;
    await publishHome(services.messenger, event.user).catch((error: unknown) => {
      options.log.warn({ error, userId: event.user }, 'the home page could not be published');
    });
  });

  // Whatever else Slack sends is acknowledged, so that it neither repeats nor shows an error (trap 7).
  app.view({ callback_id: /.*/, type: 'view_closed' }, async ({ ack }) => ack());
  app.action({ type: 'interactive_message' }, async ({ ack }) => ack());
  app.action({ type: 'dialog_submission' }, async ({ ack }) => ack());
  app.shortcut(/.*/, async ({ ack }) => ack());
  app.options(/.*/, async ({ ack }) => ack({ options: [] }));
  app.event(/.*/, async () => {});
  app.error(async (error) => {
    options.log.error({ error }, 'Bolt reported an error');
  });
}

function wantedOf({ subject, linkId, cancelRequestId }: Incoming): Wanted {
  return { subject, linkId, cancelRequestId };
}

/** The link a command names by its id, for the audit of a refusal. */
function linkIdOf(command: Command): string | undefined {
  return 'target' in command && command.target.kind === 'id' ? command.target.linkId : undefined;
}
