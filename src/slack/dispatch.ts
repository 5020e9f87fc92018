/** Owns the way from an interaction to its handler: ours, allowed, done, and answered whatever happens. */

import { ERROR_KINDS, Forbidden, isPayoutDeskError, NotFound, Unavailable } from '../errors.ts';
import { type Log, withLogFields } from '../log.ts';
import type { InFlight } from '../ops/in-flight.ts';
import { requirePermission, type Wanted, writeRefusal } from '../payouts/access.ts';
import type { AuditSubject } from '../payouts/audit-entry.ts';
import { answerError } from './answer-error.ts';
import { type Context, createContext, type Interaction, type Services } from './context.ts';
import type { CommandName } from './parse/vocabulary.ts';
import { type Patience, startPatience, type Wait } from './patience.ts';
import type { May } from './routes.ts';

/** How a request of a person ended, for metrics. */
export const REQUEST_OUTCOMES = ['ok', ...ERROR_KINDS, 'unexpected'] as const;
type RequestOutcome = (typeof REQUEST_OUTCOMES)[number];

export interface DispatchOptions {
  services: Services;
  log: Log;
  /** The workspace Payout Desk was installed in; others are refused. Undefined: not known. */
  teamId: string | undefined;
  /** Makes the support code of one interaction. */
  newReference: () => string;
  inFlight: Pick<InFlight, 'accept' | 'acceptWhileDraining'>;
  onDone: (route: string, outcome: RequestOutcome, elapsedMs: number) => void;
  patience?: Patience | undefined;
  /** For traces; default: just runs it. */
  within?: Within;
}

/** Runs an interaction, or what is heard of an event; `name` is of a closed list. */
export type Within = (
  work: {
    kind: 'request' | 'event';
    name: string;
    requestId?: string;
    cancelRequestId?: string | undefined;
  },
  does: () => Promise<void>,
) => Promise<void>;

export const untraced: Within = (_, does) => does();

/** An interaction with what its route says. */
export interface Incoming {
  interaction: Interaction;
  /** For logs and metrics, such as `command track`. */
  route: string;
  /** As the audit names it when it is refused. */
  subject: AuditSubject;
  may: May;
  /** Whose usage a usage error shows. */
  command?: CommandName;
  linkId?: string | undefined;
  cancelRequestId?: string | undefined;
  /** The workspace the person speaks for. */
  teamId: string | undefined;
  /** How often Slack has delivered this before; undefined the first time. */
  retryNum: number | undefined;
  /** What may take long; undefined when the click itself shows the answer. */
  wait?: Wait | undefined;
  /** Opens a form at once, before anything is asked: a trigger lives 3 s. */
  opens?: ((context: Context) => Promise<void>) | undefined;
  handle: (context: Context) => Promise<void>;
}

export type Dispatch = (incoming: Incoming) => Promise<void>;

// Read by people.
export const RESTARTING = 'Payout Desk is restarting. No action was taken. Try again in a minute.';
export const INTERRUPTED =
  'Payout Desk restarted before this finished. Check the link’s status before you try again.';
export const OTHER_WORKSPACE =
  'Payout Desk works only in the workspace it was installed in. No action was taken.';

export function createDispatch(options: DispatchOptions): Dispatch {
  const { within = untraced } = options;
  return (incoming) => {
    const supportCode = options.newReference();
    const { interaction, route, linkId, cancelRequestId, retryNum } = incoming;
    const { actor, channelId } = interaction;
    const about = { route, linkId, cancelRequestId, retryNum };
    const fields = { requestId: supportCode, userId: actor.userId, channelId, ...about };
    const work = { kind: 'request', name: route, requestId: supportCode, cancelRequestId } as const;
    return withLogFields(fields, () => within(work, () => handle(incoming, supportCode, options)));
  };
}

async function handle(incoming: Incoming, supportCode: string, options: DispatchOptions): Promise<void> {
  const { services, inFlight, log } = options;
  const { clock } = services.deps;
  const startedAt = clock();
  const context = createContext(services, incoming.interaction, {
    supportCode,
    log,
    helpMs: options.patience?.helpMs,
  });
  const accepted = inFlight.accept(() => answerError(context, new Unavailable(INTERRUPTED)));
  const done = accepted ?? inFlight.acceptWhileDraining();
  const stopPatience = startPatience(incoming.wait, context, log, options.patience);
  let outcome: RequestOutcome = 'ok';
  try {
    if (!accepted) throw new Unavailable(RESTARTING);
    await incoming.opens?.(context);
    await requireAccess(incoming, options);
    await incoming.handle(context);
  } catch (error) {
    outcome = isPayoutDeskError(error) ? error.kind : 'unexpected';
    // An open form takes the answer with its acknowledgement.
    if (!context.form.isOpen()) await context.acknowledge();
    await recordRefusal(error, incoming, options);
    await answerError(context, error, incoming.command);
  } finally {
    stopPatience();
    await context.acknowledge();
    await context.waiting.end();
    done();
    const elapsedMs = clock() - startedAt;
    options.onDone(incoming.route, outcome, elapsedMs);
    log.info({ elapsedMs, status: outcome }, 'handled');
  }
}

async function requireAccess(incoming: Incoming, options: DispatchOptions): Promise<void> {
  if (isOtherWorkspace(incoming, options)) throw new Forbidden(OTHER_WORKSPACE);
  if (incoming.may === 'anyone') return;
  const { actor } = incoming.interaction;
  await requirePermission(options.services.deps, actor, incoming.may, wantedOf(incoming));
}

/** The rules record what they refuse; this is for what does not reach them, such as forged requests. */
async function recordRefusal(error: unknown, incoming: Incoming, options: DispatchOptions): Promise<void> {
  const isForged = error instanceof NotFound && incoming.cancelRequestId !== undefined;
  if (!isForged && !(error instanceof Forbidden && !error.audited)) return;
  const notOurs = isOtherWorkspace(incoming, options) ? 'wrong_workspace' : 'not_ours';
  const outcome = isForged ? 'request_unknown' : notOurs;
  try {
    await writeRefusal(options.services.deps, incoming.interaction.actor, wantedOf(incoming), outcome);
  } catch (failure) {
    options.log.error({ error: failure }, 'audit of a refusal failed');
  }
}

function isOtherWorkspace({ teamId }: Incoming, options: DispatchOptions): boolean {
  return options.teamId !== undefined && teamId !== options.teamId;
}

function wantedOf({ subject, linkId, cancelRequestId }: Incoming): Wanted {
  return { subject, linkId, cancelRequestId };
}
