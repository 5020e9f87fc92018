/** Owns App Home: what waits for the reader, what they requested and decided, the numbers of today, their permissions. */

import type { Button, HomeView, KnownBlock } from '@slack/web-api';
import { type Batch, pendingOf, totalPaise } from '../../payouts/cancel/batch.ts';
import type { CancelRequest } from '../../payouts/cancel/request.ts';
import type { Counts } from '../../payouts/home/port.ts';
import { type HomeContents, isOpen, isSelectable } from '../../payouts/home/queue.ts';
import type { Environment } from '../../payouts/links/link.ts';
import type { Permissions } from '../../payouts/rights.ts';
import { MINUTE_MS } from '../../payouts/time.ts';
import {
  actions,
  button,
  checkboxes,
  columns,
  context,
  divider,
  header,
  option,
  type Part,
  plain,
  type Row,
  section,
  viewBlocks,
} from '../block-kit/blocks.ts';
import { ACTION_IDS } from '../block-kit/ids.ts';
import {
  asOf,
  clean,
  code,
  count,
  joinMd,
  type Mrkdwn,
  md,
  person,
  relative,
  rupees,
  when,
} from '../block-kit/text.ts';
import { encodeHomeRequest } from '../block-kit/home-values.ts';
import {
  amountAndName,
  decisionPair,
  detailsButton,
  formatRequestNumber,
  showButton,
  withdrawButton,
} from './approval-parts.ts';
import { urgency } from './approval-facts.ts';
import { approvalsLineOfSeveral } from './approval-words.ts';
import { APPROVE_BY_ITSELF } from './approve-selected.ts';
import { batchWords, leadOf } from './batch-words.ts';
import { entryButtons } from './help.ts';
import type { Offers } from './offers.ts';
import { permissionBlocks } from './whoami.ts';

export interface HomeState {
  now: number;
  /** As the operator configured it. */
  environment: Environment | undefined;
  /** Undefined while it is not known who this is. */
  permissions: Permissions | undefined;
  /** `checking`: it is not known who this is. `away`: the store does not answer. Undefined: they may not look. */
  contents: HomeContents | 'checking' | 'away' | undefined;
  /** When the reader last selected all requests. */
  selectedAt?: number | undefined;
}

// Read by people.
export const HOME_AWAY = md`Your requests are not available: the database does not respond. Try again in a minute.`;
export const HOME_CHECKING = md`Your account is not confirmed yet. Your requests appear here when it is.`;
export const QUEUE_UNKNOWN = md`⚠️ It is not confirmed whether you are an approver, so no queue is shown. Try again in a minute.`;
export const YOUR_DECISIONS = md`Your decisions in the last 24 hours`;
export const NOTHING_TO_DECIDE = md`Nothing is waiting for your decision.`;

/** For so long what was selected stays selected while other requests come and go. */
const SELECTED_FOR_MS = 10 * MINUTE_MS;
/** Rows have to leave room for the rest; the card has the whole. */
const NAME_SHOWN = 70;
const PURPOSE_SHOWN = 90;
const REASON_SHOWN = 150;

export function homeView(state: HomeState): HomeView {
  return {
    type: 'home',
    blocks: viewBlocks([...titleParts(state), ...body(state), context(asOf(state.now))]),
  };
}

function titleParts({ environment, contents }: HomeState): Part[] {
  const shown = typeof contents === 'object' ? [...contents.waiting, ...contents.own] : [];
  const isSandbox =
    environment === 'sandbox' || shown.some(({ requests: [first] }) => first.environment === 'sandbox');
  return [header(isSandbox ? md`🧪 SANDBOX · Payout Desk` : md`Payout Desk`)];
}

function body(state: HomeState): Part[] {
  const { contents, now } = state;
  const rights = state.permissions?.rights;
  if (rights?.refusal !== undefined) return [section(plain(rights.refusal))];
  const offers: Offers = (permission) => rights?.permissions[permission] !== 'no';
  const permissions: Part[] = state.permissions
    ? [divider(), section(md`*Your permissions*`), ...permissionBlocks({ ...state.permissions, now })]
    : [];
  if (contents === 'checking') return [section(HOME_CHECKING), ...quickActions(offers), ...permissions];
  if (contents === 'away') return [section(md`⚠️ ${HOME_AWAY}`), ...quickActions(offers), ...permissions];
  if (contents === undefined) return [...quickActions(offers), ...permissions];
  const waiting = offers('approve') ? waitingParts(state, contents) : [];
  const shortcuts = quickActions(offers);
  // A phone shows one screen: what waits for a decision comes first.
  const isBusy = contents.waiting.length > 0 && waiting.length > 0;
  return [
    ...(isBusy ? [...waiting, divider(), ...shortcuts] : [...shortcuts, ...waiting]),
    ...(offers('operate') ? [divider(), ...ownParts(contents.own, now)] : []),
    ...decidedParts(contents.decided, now),
    divider(),
    ...todayParts(contents.today),
    ...permissions,
  ];
}

function quickActions(offers: Offers): KnownBlock[] {
  return actions([
    ...entryButtons(offers),
    ...(offers('look')
      ? [
          button({ label: 'Pending approvals', action: ACTION_IDS.helpApprovals }),
          button({ label: 'Digest now', action: ACTION_IDS.helpDigest }),
        ]
      : []),
    button({ label: 'Refresh', action: ACTION_IDS.homeRefresh }),
  ]);
}

// ---- What waits for the reader's decision ------------------------------------------------------------------

function waitingParts(state: HomeState, { waiting }: HomeContents): Part[] {
  // A user group that cannot be read is no reason to say that nothing waits.
  if (state.permissions?.rights.permissions.approve === 'unsure') return [section(QUEUE_UNKNOWN)];
  if (waiting.length === 0) return [section(md`✅ ${NOTHING_TO_DECIDE}`)];
  const selectable = waiting.filter(isSelectable);
  const title = md`*Waiting for your decision: ${count(waiting.length, 'request')}, ${rupees(sumOf(waiting))} in total*`;
  return [
    section(title),
    ...(selectable.length > 1
      ? actions([
          button({ label: 'Select all', action: ACTION_IDS.homeSelectAll }),
          button({ label: 'Approve selected', action: ACTION_IDS.homeApproveSelected, style: 'primary' }),
        ])
      : []),
    {
      rows: waiting.map((batch) => waitingRow(state, batch, selectable.length > 1)),
      more: (hidden) => md`… ${count(hidden, 'more', 'more')}: ${code('/payout approvals')}`,
    },
  ];
}

function waitingRow({ now, selectedAt }: HomeState, batch: Batch, many: boolean): Row {
  const request = leadOf(batch);
  const isAlone = batch.requests.length === 1;
  const urgent = urgency(batch, now);
  const asked = [
    urgent && md`⚡ *${urgent}*`,
    md`${formatRequestNumber(batch)} · ${person(request.requestedBy)} ${relative(request.requestedAt, now)}`,
    md`expires ${when(request.expiresAt, now)}`,
    approvalsLineOfSeveral(request),
    isAlone ? otherOpen(request) : undefined,
    isSelectable(batch) || !many ? undefined : APPROVE_BY_ITSELF,
  ];
  const value = batch.id;
  const isSelected = selectedAt !== undefined && now - selectedAt < SELECTED_FOR_MS;
  const select = option('Select', value);
  // What came after everything was selected was not seen then.
  const selected = isSelected && request.requestedAt <= selectedAt ? [select] : [];
  return {
    blocks: [
      // What is decided on at the left, as a person says it; who asked and until when at the right.
      columns(
        plain(
          clean(amountAndName(batch), NAME_SHOWN),
          isAlone && request.purpose ? clean(request.purpose, PURPOSE_SHOWN) : undefined,
          `“${clean(request.reason, REASON_SHOWN)}”`,
        ),
        joinMd(
          asked.filter((line) => line !== undefined),
          '\n',
        ),
      ),
      ...actions(
        [
          ...(many && isSelectable(batch) ? [checkboxes(ACTION_IDS.homeSelect, [select], selected)] : []),
          ...decisionPair(batch, { brief: true }),
          // Which links are left out is selected on the card.
          isAlone ? detailsButton(batch) : showButton(batch),
        ],
        encodeHomeRequest(value, isSelected ? selectedAt : 0),
      ),
    ],
  };
}

/** The reason for many a cancellation, and for many a rejection. */
function otherOpen({ amountPaise, facts }: CancelRequest): Mrkdwn | undefined {
  const others = facts.others.length + facts.othersLeftOut;
  if (others === 0) return undefined;
  const same = facts.others.some((other) => other.amountPaise === amountPaise);
  return md`${count(others, 'other open link')} of the recipient${same ? md`, possible duplicate` : md``}`;
}

function sumOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, batch) => sum + totalPaise(batch), 0);
}

// ---- What the reader requested and decided -----------------------------------------------------------------

function ownParts(own: readonly Batch[], now: number): Part[] {
  if (own.length === 0) return [section(md`*Your requests*\nNone in the last 3 days.`)];
  const open = own.filter(isOpen).length;
  return [
    section(md`*Your requests*${open > 0 ? md`: ${open} open` : md``}`),
    { rows: own.map((batch) => ({ blocks: ownRow(batch, now) })) },
  ];
}

function ownRow(batch: Batch, now: number): KnownBlock[] {
  const words = batchWords(batch, now);
  const isPending = pendingOf(batch).length > 0;
  const accessory: Button = isPending ? withdrawButton(batch) : detailsButton(batch);
  const line = plain(
    `${words.sign} ${words.title} · ${amountAndName(batch)} · ${formatRequestNumber(batch)}`,
    isPending ? undefined : clean(leadOf(batch).reason, REASON_SHOWN),
  );
  return isPending ? [section(line, accessory), context(words.what)] : [section(line, accessory)];
}

function decidedParts(decided: readonly Batch[], now: number): Part[] {
  if (decided.length === 0) return [];
  const lines = decided.map((batch) => {
    const { sign, title: result } = batchWords(batch, now);
    return `${sign} ${result} · ${amountAndName(batch)} · ${formatRequestNumber(batch)}`;
  });
  return [divider(), section(md`*${YOUR_DECISIONS}*`), section(plain(...lines))];
}

// ---- Today -------------------------------------------------------------------------------------------------

function todayParts({ opened, approved, rejected, cancelledLinks, unconfirmedLinks }: Counts): Part[] {
  const numbers: Mrkdwn[] = [
    md`${count(opened, 'request')}`,
    md`${approved} approved`,
    md`${rejected} rejected`,
    md`${count(cancelledLinks, 'link')} cancelled`,
    ...(unconfirmedLinks > 0 ? [md`⚠️ ${unconfirmedLinks} not confirmed yet`] : []),
  ];
  return [section(md`*Today*\n${joinMd(numbers, '  ·  ')}`)];
}
