/** Owns what each command, button and form carries when it is valid: a new one without its line here does not compile. */

import {
  encodeCancelMetadata,
  encodeDecisionMetadata,
  encodeOrigin,
  encodeRemindMetadata,
  encodeSelectionMetadata,
  encodeSubscriptionMetadata,
} from '../../src/slack/block-kit/form-metadata.ts';
import {
  ACTION_IDS,
  type ActionId,
  BLOCK_IDS,
  INPUT_IDS,
  VIEW_IDS,
  type ViewId,
} from '../../src/slack/block-kit/ids.ts';
import { encodeStatusQuery } from '../../src/slack/block-kit/digest-values.ts';
import { encodeChosen, encodeListQuery, encodeSavedSlot } from '../../src/slack/block-kit/list-values.ts';
import type { Seal } from '../../src/slack/block-kit/seal.ts';
import { encodeStuck } from '../../src/slack/block-kit/stuck-values.ts';
import { encodeRemindLinks, encodeTransaction, encodeWithin } from '../../src/slack/block-kit/values.ts';
import { DAY_MS } from '../../src/payouts/time.ts';
import type { CommandName } from '../../src/slack/parse/vocabulary.ts';

export interface Carrier {
  seal: Seal;
  linkId: string;
  requestId: string;
  subscriptionId: string;
  now: number;
}

export interface Carried {
  /** How each command is typed. */
  commands: Record<CommandName, string>;
  /** What each button carries. */
  values: Record<ActionId, string>;
  /** Of each form. */
  metadata: Record<ViewId, string>;
  /** What a person enters into the inputs of any form. */
  entered: ReturnType<typeof enteredOf>;
}

const DAY = '2026-11-20';
const QUERY = { externalRef: 'ORDER-1', date: DAY, aeps: false };
const PART = { status: 'EXPIRED', purpose: undefined, pageNumber: 1 } as const;

export function carriedBy(carrier: Carrier): Carried {
  return {
    commands: commandsOf(carrier),
    values: valuesOf(carrier),
    metadata: metadataOf(carrier),
    entered: enteredOf(carrier),
  };
}

const commandsOf = ({ linkId }: Carrier): Record<CommandName, string> => ({
  help: 'help',
  track: `track ${linkId}`,
  list: 'list',
  expiring: 'expiring',
  stuck: 'stuck 3 days',
  notify: `notify ${linkId}`,
  cancel: `cancel ${linkId} paid twice`,
  txn: `txn ORDER-1 ${DAY}`,
  watch: `watch ${linkId}`,
  unwatch: `unwatch ${linkId}`,
  watches: 'watches',
  digest: 'digest',
  export: `export links ${DAY}`,
  approvals: 'approvals',
  away: 'away',
  back: 'back',
  audit: 'audit',
  whoami: 'whoami',
});

const valuesOf = ({ seal, linkId, requestId, subscriptionId, now }: Carrier): Record<ActionId, string> => ({
  [ACTION_IDS.linkRefresh]: linkId,
  [ACTION_IDS.linkTrack]: linkId,
  [ACTION_IDS.linkRemind]: linkId,
  [ACTION_IDS.linkCancel]: linkId,
  [ACTION_IDS.linkCancelSeveral]: linkId,
  [ACTION_IDS.rowMenu]: linkId,
  [ACTION_IDS.cancelTryAgain]: '',
  [ACTION_IDS.remindAll]: encodeRemindLinks([linkId]),
  [ACTION_IDS.remindBoxes]: '',
  [ACTION_IDS.remindSelected]: '',
  [ACTION_IDS.expiringShow]: encodeWithin(2 * DAY_MS),
  [ACTION_IDS.stuckShow]: encodeStuck({ for: { forMs: DAY_MS }, pageNumber: 1 }),
  [ACTION_IDS.stuckNext]: encodeStuck({ for: { sinceDay: '2026-11-16' }, pageNumber: 2 }),
  [ACTION_IDS.stuckPrevious]: encodeStuck({ for: { forMs: DAY_MS }, pageNumber: 1 }),
  [ACTION_IDS.linkShare]: linkId,
  [ACTION_IDS.linkReveal]: linkId,
  [ACTION_IDS.listOlder]: encodeListQuery({ statuses: [], contact: undefined, pageNumber: 2 }, seal),
  [ACTION_IDS.listNewer]: encodeListQuery({ statuses: [], contact: undefined, pageNumber: 1 }, seal),
  [ACTION_IDS.listStatus]: encodeChosen({ statuses: ['ISSUED'] }),
  [ACTION_IDS.listSort]: encodeChosen({ statuses: ['ISSUED'], sort: 'largest' }),
  [ACTION_IDS.listSelect]: encodeListQuery(
    { statuses: ['ISSUED'], contact: undefined, pageNumber: 1, boxes: true },
    seal,
  ),
  [ACTION_IDS.savedShow]: encodeSavedSlot({ slot: 1, at: now }),
  [ACTION_IDS.savedDelete]: encodeSavedSlot({ slot: 1, at: now }),
  [ACTION_IDS.digestShow]: encodeStatusQuery(PART),
  [ACTION_IDS.digestOlder]: encodeStatusQuery({ ...PART, pageNumber: 2 }),
  [ACTION_IDS.digestNewer]: encodeStatusQuery(PART),
  [ACTION_IDS.digestLinks]: linkId,
  [ACTION_IDS.approvalApprove]: requestId,
  [ACTION_IDS.approvalReject]: requestId,
  [ACTION_IDS.approvalWithdraw]: requestId,
  [ACTION_IDS.approvalEmergency]: requestId,
  [ACTION_IDS.approvalLinks]: '',
  [ACTION_IDS.approvalShow]: requestId,
  [ACTION_IDS.approvalDetails]: requestId,
  [ACTION_IDS.approvalAsk]: requestId,
  [ACTION_IDS.linkDetails]: linkId,
  [ACTION_IDS.watch]: linkId,
  [ACTION_IDS.watchStop]: linkId,
  [ACTION_IDS.exportStop]: requestId,
  [ACTION_IDS.txnLater]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.txnSupport]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.linkAutoStop]: linkId,
  [ACTION_IDS.linkAutoAllow]: linkId,
  [ACTION_IDS.txnToday]: seal.seal('txn ORDER-1 today'),
  [ACTION_IDS.txnYesterday]: seal.seal('txn ORDER-1 yesterday'),
  [ACTION_IDS.txnCheck]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.txnShare]: encodeTransaction(QUERY, seal),
  [ACTION_IDS.subscriptionNew]: '',
  [ACTION_IDS.subscriptionChange]: subscriptionId,
  [ACTION_IDS.subscriptionPause]: subscriptionId,
  [ACTION_IDS.subscriptionResume]: subscriptionId,
  [ACTION_IDS.subscriptionRemove]: subscriptionId,
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
});

function metadataOf({ seal, linkId, requestId, subscriptionId }: Carrier): Record<ViewId, string> {
  const channelId = 'C0PAYOUTS';
  const decisionForm = encodeDecisionMetadata({ cancelRequestId: requestId, channelId }, seal);
  const origin = encodeOrigin({ channelId }, seal);
  const cancelLink = encodeCancelMetadata({ targets: [{ kind: 'id', linkId }], channelId }, seal);
  return {
    [VIEW_IDS.cancelReason]: cancelLink,
    [VIEW_IDS.cancelChoose]: cancelLink,
    [VIEW_IDS.remindSelected]: encodeRemindMetadata({ channelId, linkIds: [linkId] }, seal),
    [VIEW_IDS.rejectReason]: decisionForm,
    [VIEW_IDS.emergencyReason]: decisionForm,
    [VIEW_IDS.approveSelected]: encodeSelectionMetadata({ channelId, ids: [requestId] }, seal),
    [VIEW_IDS.askRequester]: decisionForm,
    [VIEW_IDS.subscription]: encodeSubscriptionMetadata({ channelId, id: subscriptionId }, seal),
    [VIEW_IDS.entryTrack]: origin,
    [VIEW_IDS.entryCancel]: origin,
    [VIEW_IDS.entryTxn]: origin,
    [VIEW_IDS.entryList]: origin,
  };
}

const enteredOf = ({ linkId }: Carrier) => ({
  [BLOCK_IDS.reasonPreset]: { [INPUT_IDS.reasonPreset]: { selected_option: { value: 'duplicate' } } },
  [BLOCK_IDS.reason]: { [INPUT_IDS.reasonText]: { value: 'paid twice' } },
  [BLOCK_IDS.entryLink]: { [INPUT_IDS.link]: { value: linkId } },
  [BLOCK_IDS.entryReference]: { [INPUT_IDS.reference]: { value: 'ORDER-1' } },
  [BLOCK_IDS.scheduleZone]: { [INPUT_IDS.scheduleZone]: { value: 'Asia/Kolkata' } },
  [BLOCK_IDS.scheduleCron]: { [INPUT_IDS.scheduleCron]: { value: '0 10 * * *' } },
  [BLOCK_IDS.entryStatuses]: { [INPUT_IDS.statuses]: { selected_options: [{ value: 'EXPIRED' }] } },
  [BLOCK_IDS.entryDay]: { [INPUT_IDS.day]: { selected_date: DAY } },
});
