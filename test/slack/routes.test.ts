/** Owns that the permission on each route’s line is the one its rule asks for. */

import { describe, expect, test } from 'vitest';
import { Forbidden } from '../../src/errors.ts';
import { createLog } from '../../src/log.ts';
import type { Permission, Policy, Principals } from '../../src/payouts/policy.ts';
import type { AccessOutcome, AuditSubject } from '../../src/payouts/audit-entry.ts';
import {
  encodeCancelMetadata,
  encodeDecisionMetadata,
  encodeSelectionMetadata,
  encodeSubscriptionMetadata,
  encodeOrigin,
  encodeRemindMetadata,
} from '../../src/slack/block-kit/form-metadata.ts';
import {
  ACTION_IDS,
  type ActionId,
  BLOCK_IDS,
  INPUT_IDS,
  SHORTCUT_IDS,
  type ShortcutId,
  VIEW_IDS,
  type ViewId,
} from '../../src/slack/block-kit/ids.ts';
import { createSeal } from '../../src/slack/block-kit/seal.ts';
import { encodeStuck } from '../../src/slack/block-kit/stuck-values.ts';
import { encodeRemindLinks, encodeTransaction, encodeWithin } from '../../src/slack/block-kit/values.ts';
import {
  encodeChosen,
  encodeFilterBlock,
  encodeListQuery,
  encodeSavedSlot,
} from '../../src/slack/block-kit/list-values.ts';
import { encodeStatusQuery } from '../../src/slack/block-kit/digest-values.ts';
import { createApprovalCards } from '../../src/slack/card-sync.ts';
import { type Context, createContext, type Interaction } from '../../src/slack/context.ts';
import type { Homes } from '../../src/slack/home/homes.ts';
import { parseCommand } from '../../src/slack/parse/parse.ts';
import { COMMAND_NAMES, type CommandName } from '../../src/slack/parse/vocabulary.ts';
import { COMMAND_NEEDS, offeredTo } from '../../src/slack/views/help.ts';
import { buttonRoute } from '../../src/slack/button-routes.ts';
import { formRoute } from '../../src/slack/form-routes.ts';
import { shortcutRoute } from '../../src/slack/shortcut-routes.ts';
import { accessOf, COMMAND_ROUTES, type May, runCommand } from '../../src/slack/routes.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import { createReminderRuns } from '../../src/slack/reminder-runs.ts';
import { createMessenger } from '../fakes/messenger.ts';
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
const QUERY = { externalRef: 'ORDER-1', date: DAY, aeps: false };

const COMMANDS: Record<CommandName, string> = {
  help: 'help',
  track: `track ${LINK}`,
  list: 'list',
  expiring: 'expiring',
  stuck: 'stuck 3 days',
  notify: `notify ${LINK}`,
  cancel: `cancel ${LINK} paid twice`,
  txn: `txn ORDER-1 ${DAY}`,
  watch: `watch ${LINK}`,
  unwatch: `unwatch ${LINK}`,
  watches: 'watches',
  digest: 'digest',
  export: `export links ${DAY}`,
  approvals: 'approvals',
  away: 'away',
  back: 'back',
  audit: 'audit',
  whoami: 'whoami',
};

const PART = { status: 'EXPIRED', purpose: undefined, pageNumber: 1 } as const;

/** What each button carries. */
const VALUES: Record<ActionId, string> = {
  [ACTION_IDS.linkRefresh]: LINK,
  [ACTION_IDS.linkTrack]: LINK,
  [ACTION_IDS.linkRemind]: LINK,
  [ACTION_IDS.linkCancel]: LINK,
  [ACTION_IDS.linkCancelSeveral]: LINK,
  [ACTION_IDS.rowMenu]: LINK,
  [ACTION_IDS.cancelTryAgain]: '',
  [ACTION_IDS.remindAll]: encodeRemindLinks([LINK]),
  [ACTION_IDS.remindBoxes]: '',
  [ACTION_IDS.remindSelected]: '',
  [ACTION_IDS.expiringShow]: encodeWithin(2 * DAY_MS),
  [ACTION_IDS.stuckShow]: encodeStuck({ for: { forMs: DAY_MS }, pageNumber: 1 }),
  [ACTION_IDS.stuckNext]: encodeStuck({ for: { sinceDay: '2026-11-16' }, pageNumber: 2 }),
  [ACTION_IDS.stuckPrevious]: encodeStuck({ for: { forMs: DAY_MS }, pageNumber: 1 }),
  [ACTION_IDS.linkShare]: LINK,
  [ACTION_IDS.linkReveal]: LINK,
  [ACTION_IDS.listOlder]: encodeListQuery({ statuses: [], contact: undefined, pageNumber: 2 }, seal),
  [ACTION_IDS.listNewer]: encodeListQuery({ statuses: [], contact: undefined, pageNumber: 1 }, seal),
  [ACTION_IDS.listStatus]: encodeChosen({ statuses: ['ISSUED'] }),
  [ACTION_IDS.listSort]: encodeChosen({ statuses: ['ISSUED'], sort: 'largest' }),
  [ACTION_IDS.listSelect]: encodeListQuery(
    { statuses: ['ISSUED'], contact: undefined, pageNumber: 1, boxes: true },
    seal,
  ),
  [ACTION_IDS.savedShow]: encodeSavedSlot({ slot: 1, at: NOON }),
  [ACTION_IDS.savedDelete]: encodeSavedSlot({ slot: 1, at: NOON }),
  [ACTION_IDS.digestShow]: encodeStatusQuery(PART),
  [ACTION_IDS.digestOlder]: encodeStatusQuery({ ...PART, pageNumber: 2 }),
  [ACTION_IDS.digestNewer]: encodeStatusQuery(PART),
  [ACTION_IDS.digestLinks]: LINK,
  [ACTION_IDS.approvalApprove]: 'a1',
  [ACTION_IDS.approvalReject]: 'a1',
  [ACTION_IDS.approvalWithdraw]: 'a1',
  [ACTION_IDS.approvalEmergency]: 'a1',
  [ACTION_IDS.approvalLinks]: '',
  [ACTION_IDS.approvalShow]: 'a1',
  [ACTION_IDS.approvalDetails]: 'a1',
  [ACTION_IDS.approvalAsk]: 'a1',
  [ACTION_IDS.linkDetails]: LINK,
  [ACTION_IDS.watch]: LINK,
  [ACTION_IDS.watchStop]: LINK,
  [ACTION_IDS.txnLater]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.txnSupport]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.linkAutoStop]: LINK,
  [ACTION_IDS.linkAutoAllow]: LINK,
  [ACTION_IDS.txnToday]: seal.seal('txn ORDER-1 today'),
  [ACTION_IDS.txnYesterday]: seal.seal('txn ORDER-1 yesterday'),
  [ACTION_IDS.txnCheck]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.txnShare]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.subscriptionNew]: '',
  [ACTION_IDS.subscriptionChange]: 's1',
  [ACTION_IDS.subscriptionPause]: 's1',
  [ACTION_IDS.subscriptionResume]: 's1',
  [ACTION_IDS.subscriptionRemove]: 's1',
  [ACTION_IDS.helpList]: 'list',
  [ACTION_IDS.helpApprovals]: 'approvals',
  [ACTION_IDS.helpDigest]: 'digest',
  [ACTION_IDS.helpCommand]: 'track',
  [ACTION_IDS.helpRun]: seal.seal('help'),
  [ACTION_IDS.homeRefresh]: '',
  [ACTION_IDS.homeSelect]: '',
  [ACTION_IDS.homeSelectAll]: '',
  [ACTION_IDS.homeApproveSelected]: '',
  [ACTION_IDS.formTrack]: '',
  [ACTION_IDS.formCancel]: '',
  [ACTION_IDS.formTxn]: seal.seal('ORDER-1'),
  [ACTION_IDS.formList]: encodeListQuery({ statuses: [], contact: undefined, pageNumber: 1 }, seal),
};

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

const decisionForm = encodeDecisionMetadata({ cancelRequestId: 'a1', channelId: 'C_FINANCE' }, seal);
const origin = encodeOrigin({ channelId: 'C_FINANCE' }, seal);
const cancelLink = encodeCancelMetadata(
  { targets: [{ kind: 'id', linkId: LINK }], channelId: 'C_FINANCE' },
  seal,
);
const METADATA: Record<ViewId, string> = {
  [VIEW_IDS.cancelReason]: cancelLink,
  [VIEW_IDS.cancelChoose]: cancelLink,
  [VIEW_IDS.remindSelected]: encodeRemindMetadata({ channelId: 'C_FINANCE', linkIds: [LINK] }, seal),
  [VIEW_IDS.rejectReason]: decisionForm,
  [VIEW_IDS.emergencyReason]: decisionForm,
  [VIEW_IDS.approveSelected]: encodeSelectionMetadata({ channelId: 'C_FINANCE', ids: ['a1'] }, seal),
  [VIEW_IDS.askRequester]: decisionForm,
  [VIEW_IDS.subscription]: encodeSubscriptionMetadata({ channelId: 'C_FINANCE', id: 's1' }, seal),
  [VIEW_IDS.entryTrack]: origin,
  [VIEW_IDS.entryCancel]: origin,
  [VIEW_IDS.entryTxn]: origin,
  [VIEW_IDS.entryList]: origin,
};

/** What a person enters into the inputs of any form. */
const ENTERED = {
  [BLOCK_IDS.reason]: { [INPUT_IDS.reasonText]: { value: 'paid twice' } },
  [BLOCK_IDS.entryLink]: { [INPUT_IDS.link]: { value: LINK } },
  [BLOCK_IDS.entryReference]: { [INPUT_IDS.reference]: { value: 'ORDER-1' } },
  [BLOCK_IDS.scheduleZone]: { [INPUT_IDS.scheduleZone]: { value: 'Asia/Kolkata' } },
  [BLOCK_IDS.scheduleCron]: { [INPUT_IDS.scheduleCron]: { value: '0 10 * * *' } },
  [BLOCK_IDS.entryStatuses]: { [INPUT_IDS.statuses]: { selected_options: [{ value: 'EXPIRED' }] } },
  [BLOCK_IDS.entryDay]: { [INPUT_IDS.day]: { selected_date: DAY } },
};

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
