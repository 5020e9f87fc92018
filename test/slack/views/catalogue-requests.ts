/** Owns the catalogue's part on requests: cards in each state, what follows them, lists and App Home. */

import { type Batch, batchOf } from '../../../src/payouts/cancel/batch.ts';
import { LEFT_OUT, linkIs } from '../../../src/payouts/cancel/words.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import type { OfferedTo, Policy } from '../../../src/payouts/policy.ts';
import type { Permissions, Right } from '../../../src/payouts/rights.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { md } from '../../../src/slack/block-kit/text.ts';
import { requestOpened } from '../../../src/slack/views/approval-answers.ts';
import {
  approvalCard,
  approvalNudge,
  emergencyNotice,
  requesterNotice,
} from '../../../src/slack/views/approval-card.ts';
import { approvalEscalation } from '../../../src/slack/views/approval-escalation.ts';
import { waitingList } from '../../../src/slack/views/approval-list.ts';
import { approveSelectedModal } from '../../../src/slack/views/approve-selected.ts';
import { awayList, deputyNamed, youAreAway } from '../../../src/slack/views/away.ts';
import { help } from '../../../src/slack/views/help.ts';
import { homeView } from '../../../src/slack/views/home.ts';
import { emergencyModal, rejectReasonModal } from '../../../src/slack/views/modals.ts';
import { welcome } from '../../../src/slack/views/welcome.ts';
import { whoAmI } from '../../../src/slack/views/whoami.ts';
import { FACTS } from '../../payouts/setup.ts';
import { type CatalogueEntry, NAMES } from './catalogue.ts';
import { anApproval, anOutcome, DECIDED, NOW } from './samples.ts';

const AUDIENCE = { approvers: md`<!subteam^S0FIN>`, requester: 'Meera Iyer' };
const DELEGATION = { userId: 'U0APP', deputyId: 'U0DEP', since: NOW - HOUR_MS, until: NOW + 2 * DAY_MS };

/** A request for so many links, each of another recipient and amount. */
export function aBatch(changes: Partial<CancelRequest> = {}, links = 1): Batch {
  const id = changes.id ?? 'c0ffee12-3456-4789-9abc-def012345678';
  const made = batchOf(
    Array.from({ length: links }, (_none, index) =>
      anApproval({
        facts: { ...FACTS, createdAt: NOW - 2 * DAY_MS },
        ...(links > 1 && {
          amountPaise: 4_500_050 * (index + 1),
          contact: { name: NAMES[index % NAMES.length], email: undefined, mobile: `******${5742 + index}` },
          linkId: `6578262c5e6c5b4a6d3f${(0x2000 + index).toString(16)}`,
        }),
        ...changes,
        id: index === 0 ? id : `${id}-${String(index + 1).padStart(2, '0')}`,
        batchId: id,
      }),
    ),
  );
  if (!made) throw new Error('there is no link');
  return made;
}

function someBatches(amount: number, changes: Partial<CancelRequest> = {}): Batch[] {
  return Array.from({ length: amount }, (_none, index) =>
    aBatch({
      ...changes,
      id: `c0ffee12-3456-4789-9abc-${String(index).padStart(12, '0')}`,
      number: 1042 + index,
      amountPaise: 1_250_050 * (index + 1),
      contact: { name: NAMES[index % NAMES.length], email: undefined, mobile: `******${5742 + index}` },
      linkExpiresAt: NOW + (index === 0 ? 40 * MINUTE_MS : index * DAY_MS),
    }),
  );
}

/** One batch in each state that a card shows. */
function states(): [string, Batch][] {
  const ended = { ...DECIDED, wakeAt: undefined };
  const outcomes = aBatch({ ...ended, status: 'executed', outcome: anOutcome() }, 3);
  const [first, second, third] = outcomes.requests;
  const mixed = batchOf([
    first,
    { ...(second ?? first), status: 'rejected', closedBy: 'U0APP', closedReason: LEFT_OUT },
    {
      ...(third ?? first),
      status: 'refused',
      outcome: anOutcome({ kind: 'recipient_won', linkStatus: 'CLAIMED' }),
    },
  ]);
  return [
    ['pending', aBatch()],
    ['pending-urgent', aBatch({ linkExpiresAt: NOW + 40 * MINUTE_MS })],
    [
      'pending-sandbox-long-name',
      aBatch({ environment: 'sandbox', contact: { name: NAMES[3], email: undefined, mobile: '******5742' } }),
    ],
    [
      'pending-two-approvers',
      aBatch({ approvalsRequired: 2, approvals: [{ userId: 'U0APP', at: NOW - HOUR_MS }] }),
    ],
    ['pending-three-links', aBatch({}, 3)],
    ['pending-twenty-links', aBatch({ emergencyAllowed: true }, 20)],
    ['executed', aBatch({ ...ended, status: 'executed', outcome: anOutcome() })],
    ['executed-some-of-three', mixed ?? outcomes],
    [
      'unknown',
      aBatch({
        ...DECIDED,
        status: 'unknown',
        problem: 'The answer of InstantPay was lost.',
        wakeAt: NOW + MINUTE_MS,
      }),
    ],
    [
      'unresolved',
      aBatch({
        ...ended,
        status: 'unresolved',
        outcome: anOutcome({ kind: 'still_unknown', linkStatus: 'ISSUED', message: 'No response' }),
      }),
    ],
    [
      'refused',
      aBatch({
        ...ended,
        status: 'refused',
        outcome: anOutcome({ kind: 'link_changed', linkStatus: 'CLAIMED', message: linkIs('CLAIMED') }),
      }),
    ],
    [
      'rejected',
      aBatch({
        status: 'rejected',
        decidedAt: NOW,
        closedBy: 'U0APP',
        closedReason: 'Not a duplicate: two orders',
      }),
    ],
    ['withdrawn', aBatch({ status: 'withdrawn', decidedAt: NOW, closedBy: 'U0REQ' })],
    ['expired', aBatch({ status: 'expired', decidedAt: NOW, expiresAt: NOW, requestedAt: NOW - DAY_MS })],
  ];
}

function permissions(right: Right, some: Partial<Record<OfferedTo, Right>> = {}): Permissions {
  const named = (...users: string[]) => ({ everyone: false, users: new Set(users), groups: ['S0FIN'] });
  const policy: Policy = {
    look: named('U0REQ'),
    operate: named('U0REQ'),
    approve: named('U0APP', 'U0AP2'),
    administer: named('U0ADM'),
  };
  return {
    rights: {
      permissions: { look: right, operate: right, approve: right, lend: right, administer: right, ...some },
      refusal: undefined,
    },
    policy,
    approvalRules: undefined,
    delegations: [DELEGATION],
  };
}

export function requestEntries(): CatalogueEntry[] {
  const cards = states().flatMap(([state, batch]): CatalogueEntry[] => {
    const notice = { name: `requester-${state}`, shown: requesterNotice(batch, NOW) };
    return [
      { name: `card-${state}`, shown: approvalCard(batch, NOW, AUDIENCE) },
      ...(state.startsWith('pending') ? [] : [notice]),
    ];
  });
  return [
    ...cards,
    { name: 'nudge', shown: approvalNudge(aBatch(), NOW, AUDIENCE) },
    {
      name: 'emergency',
      shown: emergencyNotice(
        aBatch({ ...DECIDED, status: 'approved', emergencyReason: 'Fraud reported by the bank' }),
        NOW,
        AUDIENCE,
      ),
    },
    {
      name: 'escalation-administrators',
      shown: approvalEscalation(aBatch(), NOW, {
        to: 'administrators',
        called: md`<@U0ADM>`,
        requester: 'Meera Iyer',
      }),
    },
    { name: 'approvals-none', shown: waitingList([], { actorId: 'U0APP' }, NOW) },
    { name: 'approvals-twelve', shown: waitingList(someBatches(12), { actorId: 'U0APP' }, NOW) },
    {
      name: 'request-opened',
      shown: requestOpened(aBatch(), { now: NOW, alreadyOpen: false, channelId: 'C0APPROVALS' }),
    },
    { name: 'form-reject', shown: rejectReasonModal('sealed', aBatch()) },
    { name: 'form-emergency', shown: emergencyModal('sealed', aBatch()) },
    ...personEntries(),
  ];
}

function personEntries(): CatalogueEntry[] {
  const today = { opened: 14, approved: 9, rejected: 1, cancelledLinks: 11, unconfirmedLinks: 1 };
  const own = [
    aBatch({ number: 1039 }),
    aBatch({ ...DECIDED, number: 1031, status: 'executed', outcome: anOutcome() }, 3),
  ];
  const empty = { waiting: [], own: [], decided: [], today: { ...today, opened: 0, approved: 0 } };
  const viewer = permissions('no', { look: 'yes' });
  const offered = (shown: Permissions) => (to: OfferedTo) => shown.rights.permissions[to] !== 'no';
  const home = (contents: Parameters<typeof homeView>[0]['contents'], who = permissions('yes')) =>
    homeView({ now: NOW, environment: undefined, permissions: who, contents });
  return [
    { name: 'home-approver', shown: home({ waiting: someBatches(3), own, decided: [], today }) },
    {
      name: 'home-two-hundred',
      shown: home({
        waiting: someBatches(200),
        own,
        decided: someBatches(20, { ...DECIDED, status: 'executed', outcome: anOutcome() }),
        today,
      }),
    },
    { name: 'home-nothing', shown: home(empty) },
    { name: 'home-viewer', shown: home(empty, viewer) },
    { name: 'home-store-away', shown: home('away') },
    {
      name: 'form-approve-selected',
      shown: approveSelectedModal('sealed', { ready: someBatches(12), left: [] }),
    },
    {
      name: 'welcome',
      shown: welcome({ ...permissions('yes', { administer: 'no' }), now: NOW }, offered(permissions('yes'))),
    },
    { name: 'whoami-approver', shown: whoAmI({ ...permissions('yes'), now: NOW }) },
    { name: 'whoami-viewer', shown: whoAmI({ ...viewer, now: NOW }) },
    { name: 'help', shown: help() },
    { name: 'help-viewer', shown: help(undefined, offered(viewer)) },
    { name: 'help-cancel', shown: help('cancel') },
    { name: 'away-set', shown: youAreAway(DELEGATION, NOW, undefined) },
    { name: 'away-deputy-told', shown: deputyNamed(DELEGATION, NOW) },
    { name: 'away-list', shown: awayList([DELEGATION], 'U0APP', NOW) },
  ];
}
