/** Owns that the permission on each route’s line is the one its rule asks for. */

import { describe, expect, test } from 'vitest';
import { Forbidden } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import type { Permission, Policy, Principals } from '../../src/payouts/policy.ts';
import type { AccessOutcome, AuditSubject } from '../../src/payouts/audit-entry.ts';
import {
  ACTION_IDS,
  type ActionId,
  SHORTCUT_IDS,
  type ShortcutId,
  VIEW_IDS,
  type ViewId,
} from '../../src/slack/block-kit/ids.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { encodeFilterBlock } from '../../src/slack/block-kit/list-values.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { type Context, createContext, type Interaction } from '../../src/slack/context.ts';
import type { Homes } from '../../src/slack/home/homes.ts';
import { parseCommand } from '../../src/slack/parse/parse.ts';
import { COMMAND_NAMES } from '../../src/slack/parse/vocabulary.ts';
import { COMMAND_NEEDS, offeredTo } from '../../src/slack/views/help.ts';
import { buttonRoute } from '../../src/slack/button-routes.ts';
import { formRoute } from '../../src/slack/form-routes.ts';
import { shortcutRoute } from '../../src/slack/shortcut-routes.ts';
import { accessOf, COMMAND_ROUTES, type May, runCommand } from '../../src/slack/routes.ts';
import { createReminderRuns } from '../../src/slack/reminder-runs.ts';
import { createMessenger } from '../fakes/messenger.ts';
import { carriedBy } from './carried.ts';
import {
  auditOf,
  keep,
  LINK,
  makeDeps,
  NOON,
  only,
  request,
  STRANGER,
  type TestDeps,
} from '../payouts/setup.ts';

const seal = createSeal('a secret of the test');
const DAY = '2026-11-20';
const {
  commands: COMMANDS,
  values: VALUES,
  metadata: METADATA,
  entered: ENTERED,
} = carriedBy({
  seal,
  linkId: LINK,
  requestId: 'a1',
  subscriptionId: 's1',
  now: NOON,
});

/** These buttons do nothing but open a form, whose own rule judges what is submitted. */
const OPENS: Partial<Record<ActionId, ViewId>> = {
  [ACTION_IDS.linkCancel]: VIEW_IDS.cancelReason,
  [ACTION_IDS.linkCancelSeveral]: VIEW_IDS.cancelReason,
  [ACTION_IDS.cancelTryAgain]: VIEW_IDS.cancelReason,
  [ACTION_IDS.remindSelected]: VIEW_IDS.remindSelected,
  [ACTION_IDS.approvalReject]: VIEW_IDS.rejectReason,
  [ACTION_IDS.approvalEmergency]: VIEW_IDS.emergencyReason,
  [ACTION_IDS.homeApproveSelected]: VIEW_IDS.approveSelected,
  [ACTION_IDS.formTrack]: VIEW_IDS.entryTrack,
  [ACTION_IDS.formCancel]: VIEW_IDS.entryCancel,
  [ACTION_IDS.formTxn]: VIEW_IDS.entryTxn,
  [ACTION_IDS.formList]: VIEW_IDS.entryList,
  [ACTION_IDS.approvalAsk]: VIEW_IDS.askRequester,
  [ACTION_IDS.subscriptionNew]: VIEW_IDS.subscription,
  [ACTION_IDS.subscriptionChange]: VIEW_IDS.subscription,
};

/** These shortcuts do nothing but open a form. */
const SHORTCUTS_OPEN: Partial<Record<ShortcutId, ViewId>> = {
  [SHORTCUT_IDS.track]: VIEW_IDS.entryTrack,
  [SHORTCUT_IDS.cancel]: VIEW_IDS.entryCancel,
  [SHORTCUT_IDS.txn]: VIEW_IDS.entryTxn,
};

/** This form does nothing but lead to another one. */
const LEADS: Partial<Record<ViewId, ViewId>> = { [VIEW_IDS.entryCancel]: VIEW_IDS.cancelReason };

const REFUSED: Record<Permission, AccessOutcome> = {
  look: 'not_viewer',
  operate: 'not_operator',
  approve: 'not_approver',
  administer: 'not_administrator',
};

/** A link is found before it is tracked, and what is shared is looked up again: the rule names that. */
const RULE_SUBJECTS: Partial<Record<AuditSubject, AuditSubject>> = {
  'link.track': 'link.find',
  'link.share': 'link.track',
  'watch.start': 'link.find',
  'watch.stop': 'link.find',
  'transaction.share': 'transaction.check',
};

const everybody: Principals = { everyone: true, users: new Set(), groups: [] };

/** Everybody may do everything but what the route asks for; nobody may do anything where it asks for nothing. */
function policyWithout(may: May): Policy {
  const others = may === 'anyone' ? only() : everybody;
  const all = { look: others, operate: others, approve: others, administer: others };
  return may === 'anyone' ? all : { ...all, [may]: only() };
}

const NO_HOMES: Homes = {
  open: async () => {},
  refresh: async () => {},
  selectAll: async () => {},
  welcome: async () => {},
  changed: () => {},
  run: async () => {},
  stop: async () => {},
};

async function contextFor(may: May): Promise<{ deps: TestDeps; context: Context }> {
  const deps = makeDeps({ policy: policyWithout(may) });
  await keep(deps, request());
  const log = createLog('silent', []);
  const messenger = { ...createMessenger().messenger, ephemeral: async () => {} };
  const services = {
    deps,
    messenger,
    cards: createApprovalCards(deps, messenger, log, 30_000),
    seal,
    homes: NO_HOMES,
    reminders: createReminderRuns({ deps, messenger, log, leaseMs: 60_000 }),
    approvalChannel: 'C_APPROVALS',
    digestStatuses: ['EXPIRED' as const],
    toldDigest: async () => undefined,
  };
  const interaction: Interaction = {
    actor: STRANGER,
    channelId: 'C_FINANCE',
    threadTs: undefined,
    message: undefined,
    acknowledge: async () => {},
    acknowledged: () => true,
    responseUrl: undefined,
    commandUrl: undefined,
    triggerId: undefined,
    formAt: undefined,
    isSubmitted: false,
    pressedAt: NOON,
    deliveryId: undefined,
    isRedelivery: false,
  };
  const context = createContext(services, interaction, { supportCode: '7KQ2', log });
  return { deps, context };
}

/** Calls the handler past the dispatcher: what is refused now, the rule refuses. */
async function expectRule(
  route: { subject: AuditSubject; may: May },
  handle: (context: Context) => Promise<void>,
): Promise<void> {
  const { deps, context } = await contextFor(route.may);
  if (route.may === 'anyone') {
    await handle(context);
    expect(auditOf(deps)).toEqual([]);
    return;
  }
  await expect(handle(context)).rejects.toThrow(Forbidden);
  const [row, ...more] = auditOf(deps);
  expect(more).toEqual([]);
  expect(row).toMatchObject({
    action: 'access.refused',
    actorId: STRANGER.userId,
    outcome: REFUSED[route.may],
  });
  expect([route.subject, RULE_SUBJECTS[route.subject]]).toContain(row?.subject);
}

test.each(Object.entries(COMMAND_ROUTES))('help offers %s to those whom its route names', (name, route) => {
  const command = COMMAND_NAMES.find((one) => one === name);
  expect(command && (COMMAND_NEEDS[command] ?? 'anyone')).toBe(route.may);
  expect(command && (offeredTo(command) ?? 'anyone')).toBe(route.offeredTo ?? route.may);
});

describe('what a route asks for, its rule asks for', () => {
  test.each(Object.values(COMMANDS))('/payout %s', async (text) => {
    const parsed = parseCommand(text, DAY);
    if (!parsed.ok) throw new Error(parsed.problem);
    const { command } = parsed;
    await expectRule(COMMAND_ROUTES[command.name], (context) => runCommand(context, command.name, command));
  });

  test.each(['digest list', 'digest subscribe', 'digest unsubscribe'])('/payout %s', async (text) => {
    const parsed = parseCommand(text, DAY);
    if (!parsed.ok) throw new Error(parsed.problem);
    const { command } = parsed;
    expect(accessOf(command)).not.toMatchObject({ subject: COMMAND_ROUTES[command.name].subject });
    await expectRule(accessOf(command), (context) => runCommand(context, command.name, command));
  });

  test.each(Object.values(ACTION_IDS).filter((id) => OPENS[id] === undefined))('button %s', async (id) => {
    const route = buttonRoute(id);
    const blockId = encodeFilterBlock(undefined, seal) ?? '';
    await expectRule(route, (context) => route.handle(context, VALUES[id], blockId));
  });

  test.each(Object.entries(OPENS))('button %s asks for what its form %s asks for', (id, view) => {
    expect(buttonRoute(id).may).toBe(formRoute(view).may);
    expect(buttonRoute(id).subject).toBe(formRoute(view).subject);
  });

  test.each(Object.values(VIEW_IDS).filter((id) => LEADS[id] === undefined))('form %s', async (id) => {
    const route = formRoute(id);
    await expectRule(route, (context) => route.handle(context, ENTERED, METADATA[id]));
  });

  test.each(Object.entries(SHORTCUTS_OPEN))('shortcut %s asks for what its form %s asks for', (id, view) => {
    expect(shortcutRoute(id).may).toBe(formRoute(view).may);
    expect(shortcutRoute(id).subject).toBe(formRoute(view).subject);
    expect(shortcutRoute(id).opens).toBeDefined();
  });

  test.each(Object.values(SHORTCUT_IDS).filter((id) => SHORTCUTS_OPEN[id] === undefined))(
    'shortcut %s',
    async (id) => {
      const route = shortcutRoute(id);
      await expectRule(route, (context) => route.handle(context, LINK));
    },
  );

  test.each(Object.entries(LEADS))('form %s asks for what its form %s asks for', (id, next) => {
    expect(formRoute(id).may).toBe(formRoute(next).may);
    expect(formRoute(id).subject).toBe(formRoute(next).subject);
  });
});
