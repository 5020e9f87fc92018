/** Owns the routes of buttons and choices, typed by their ID, with who may use them. */

import { Unavailable } from '../errors.ts';
import { ACTION_IDS, type ActionId, isActionId } from './block-kit/ids.ts';
import { decodeCancelMetadata } from './block-kit/form-metadata.ts';
import { decodeRowChoice, type RowChoice } from './block-kit/row-values.ts';
import {
  approve,
  openEmergencyApproval,
  openReject,
  selectLinks,
  showApprovalCard,
  withdraw,
} from './buttons/approval.ts';
import { openAsk } from './buttons/ask-requester.ts';
import { showDuplicates, showPart, turnPart } from './buttons/digest.ts';
import { showLinkDetails, showRequestDetails } from './buttons/details.ts';
import { stopExportOf } from './buttons/export.ts';
import {
  helpApprovals,
  helpCommand,
  helpDigest,
  helpList,
  openSuggestion,
  runSuggestion,
} from './buttons/help.ts';
import { openApproveSelected, refreshHome, selectAllRequests, selectRequest } from './buttons/home.ts';
import {
  allowAutomaticReminders,
  openCancel,
  openCancelSeveral,
  refresh,
  remind,
  revealDetails,
  share,
  stopAutomaticReminders,
  trackRow,
} from './buttons/link.ts';
import { deleteSavedList, filterList, showSavedList, turnPage } from './buttons/list.ts';
import { openRemindSelected, remindAll, selectLink, showExpiring } from './buttons/remind.ts';
import { showStuck, turnStuck } from './buttons/stuck.ts';
import {
  change as changeDigest,
  pause as pauseDigest,
  remove as removeDigest,
  resume as resumeDigest,
} from './buttons/subscriptions.ts';
import {
  askTransactionLater,
  checkTransactionNow,
  copyForSupport,
  shareTransaction,
} from './buttons/transaction.ts';
import { endWatching, startWatching } from './buttons/watch.ts';
import { openLookingUp } from './commands/cancel.ts';
import { tryCancelAgain } from './commands/cancel-form.ts';
import { mayBeSubscribed, openChange, openSubscribe } from './commands/subscription-form.ts';
import {
  formIsOpen,
  openCancelModal,
  openListModal,
  openTrackModal,
  openTransactionModal,
} from './modals/open.ts';
import type { ButtonRoute } from './routes.ts';

const SUBSCRIBING = { subject: 'subscription.manage', may: 'administer' } as const;

const BUTTON_ROUTES: Readonly<Record<ActionId, ButtonRoute>> = {
  [ACTION_IDS.linkRefresh]: { subject: 'link.track', may: 'look', handle: refresh },
  [ACTION_IDS.linkTrack]: { subject: 'link.track', may: 'look', looksUp: true, handle: trackRow },
  [ACTION_IDS.linkRemind]: { subject: 'reminder.send', may: 'operate', looksUp: true, handle: remind },
  [ACTION_IDS.linkCancel]: {
    subject: 'cancel.request',
    may: 'operate',
    opens: openLookingUp,
    handle: openCancel,
  },
  [ACTION_IDS.linkCancelSeveral]: {
    subject: 'cancel.request',
    may: 'operate',
    opens: openLookingUp,
    handle: openCancelSeveral,
  },
  // Its choices go the ways of their buttons; what arrives here was not made by Payout Desk and is refused.
  [ACTION_IDS.rowMenu]: { subject: 'link.track', may: 'look', handle: trackRow },
  [ACTION_IDS.cancelTryAgain]: {
    subject: 'cancel.request',
    may: 'operate',
    place: decodeCancelMetadata,
    handle: tryCancelAgain,
  },
  // They tell by themselves, at once, that they go on.
  [ACTION_IDS.remindAll]: { subject: 'reminder.send', may: 'operate', handle: remindAll },
  [ACTION_IDS.remindBoxes]: { subject: 'help', may: 'anyone', handle: selectLink },
  [ACTION_IDS.remindSelected]: { subject: 'reminder.send', may: 'operate', handle: openRemindSelected },
  [ACTION_IDS.expiringShow]: { subject: 'link.list', may: 'look', looksUp: true, handle: showExpiring },
  [ACTION_IDS.stuckShow]: { subject: 'link.list', may: 'look', looksUp: true, handle: showStuck },
  [ACTION_IDS.stuckNext]: { subject: 'link.list', may: 'look', handle: turnStuck },
  [ACTION_IDS.stuckPrevious]: { subject: 'link.list', may: 'look', handle: turnStuck },
  [ACTION_IDS.linkShare]: { subject: 'link.share', may: 'look', handle: share },
  [ACTION_IDS.linkReveal]: {
    subject: 'link.reveal',
    may: 'administer',
    looksUp: true,
    handle: revealDetails,
  },
  [ACTION_IDS.linkAutoStop]: {
    subject: 'reminder.auto_stop',
    may: 'operate',
    handle: stopAutomaticReminders,
  },
  [ACTION_IDS.linkAutoAllow]: {
    subject: 'reminder.auto_allow',
    may: 'operate',
    handle: allowAutomaticReminders,
  },
  [ACTION_IDS.linkDetails]: { subject: 'link.track', may: 'look', looksUp: true, handle: showLinkDetails },
  [ACTION_IDS.digestShow]: { subject: 'digest.read', may: 'look', looksUp: true, handle: showPart },
  [ACTION_IDS.digestOlder]: { subject: 'digest.read', may: 'look', handle: turnPart },
  [ACTION_IDS.digestNewer]: { subject: 'digest.read', may: 'look', handle: turnPart },
  [ACTION_IDS.digestLinks]: { subject: 'digest.read', may: 'look', looksUp: true, handle: showDuplicates },
  [ACTION_IDS.listOlder]: { subject: 'link.list', may: 'look', looksUp: true, handle: turnPage },
  [ACTION_IDS.listNewer]: { subject: 'link.list', may: 'look', looksUp: true, handle: turnPage },
  [ACTION_IDS.listStatus]: { subject: 'link.list', may: 'look', looksUp: true, handle: filterList },
  [ACTION_IDS.listSort]: { subject: 'link.list', may: 'look', looksUp: true, handle: filterList },
  [ACTION_IDS.listSelect]: { subject: 'link.list', may: 'look', looksUp: true, handle: turnPage },
  [ACTION_IDS.savedShow]: { subject: 'link.list', may: 'look', looksUp: true, handle: showSavedList },
  [ACTION_IDS.savedDelete]: { subject: 'link.list', may: 'look', handle: deleteSavedList },
  [ACTION_IDS.approvalApprove]: { subject: 'cancel.approve', may: 'approve', decides: true, handle: approve },
  [ACTION_IDS.approvalReject]: { subject: 'cancel.reject', may: 'approve', handle: openReject },
  [ACTION_IDS.approvalWithdraw]: {
    subject: 'cancel.withdraw',
    may: 'operate',
    decides: true,
    handle: withdraw,
  },
  [ACTION_IDS.approvalEmergency]: {
    subject: 'cancel.emergency_approve',
    may: 'administer',
    handle: openEmergencyApproval,
  },
  [ACTION_IDS.approvalLinks]: { subject: 'cancel.show', may: 'anyone', handle: selectLinks },
  [ACTION_IDS.approvalShow]: { subject: 'cancel.show', may: 'look', handle: showApprovalCard },
  [ACTION_IDS.approvalDetails]: {
    subject: 'cancel.show',
    may: 'look',
    looksUp: true,
    handle: showRequestDetails,
  },
  [ACTION_IDS.approvalAsk]: { subject: 'question.ask', may: 'approve', handle: openAsk },
  [ACTION_IDS.watch]: { subject: 'watch.start', may: 'look', looksUp: true, handle: startWatching },
  [ACTION_IDS.watchStop]: { subject: 'watch.stop', may: 'look', handle: endWatching },
  [ACTION_IDS.exportStop]: { subject: 'export.stop', may: 'look', handle: stopExportOf },
  [ACTION_IDS.txnLater]: { subject: 'watch.start', may: 'look', handle: askTransactionLater },
  [ACTION_IDS.txnSupport]: { subject: 'transaction.check', may: 'look', handle: copyForSupport },
  [ACTION_IDS.txnToday]: { subject: 'transaction.check', may: 'look', looksUp: true, handle: runSuggestion },
  [ACTION_IDS.txnYesterday]: {
    subject: 'transaction.check',
    may: 'look',
    looksUp: true,
    handle: runSuggestion,
  },
  [ACTION_IDS.txnCheck]: { subject: 'transaction.check', may: 'look', handle: checkTransactionNow },
  [ACTION_IDS.txnShare]: { subject: 'transaction.share', may: 'look', handle: shareTransaction },
  [ACTION_IDS.subscriptionNew]: { ...SUBSCRIBING, opens: openSubscribe, handle: mayBeSubscribed },
  [ACTION_IDS.subscriptionChange]: { ...SUBSCRIBING, opens: openChange, handle: changeDigest },
  [ACTION_IDS.subscriptionPause]: { ...SUBSCRIBING, handle: pauseDigest },
  [ACTION_IDS.subscriptionResume]: { ...SUBSCRIBING, handle: resumeDigest },
  [ACTION_IDS.subscriptionRemove]: { ...SUBSCRIBING, handle: removeDigest },
  [ACTION_IDS.helpList]: { subject: 'link.list', may: 'look', looksUp: true, handle: helpList },
  [ACTION_IDS.helpApprovals]: { subject: 'cancel.list', may: 'look', handle: helpApprovals },
  [ACTION_IDS.helpDigest]: { subject: 'digest.read', may: 'look', looksUp: true, handle: helpDigest },
  [ACTION_IDS.helpCommand]: { subject: 'help', may: 'anyone', handle: helpCommand },
  [ACTION_IDS.formTrack]: { subject: 'link.track', may: 'look', opens: openTrackModal, handle: formIsOpen },
  [ACTION_IDS.formCancel]: {
    subject: 'cancel.request',
    may: 'operate',
    opens: openCancelModal,
    handle: formIsOpen,
  },
  [ACTION_IDS.formTxn]: {
    subject: 'transaction.check',
    may: 'look',
    opens: openTransactionModal,
    handle: formIsOpen,
  },
  [ACTION_IDS.formList]: { subject: 'link.list', may: 'look', opens: openListModal, handle: formIsOpen },
  // The command that runs asks for its own permission.
  [ACTION_IDS.helpRun]: {
    subject: 'help',
    may: 'anyone',
    looksUp: true,
    opens: openSuggestion,
    handle: runSuggestion,
  },
  [ACTION_IDS.homeRefresh]: { subject: 'help', may: 'anyone', handle: refreshHome },
  [ACTION_IDS.homeSelect]: { subject: 'help', may: 'anyone', handle: selectRequest },
  [ACTION_IDS.homeSelectAll]: { subject: 'cancel.approve', may: 'approve', handle: selectAllRequests },
  [ACTION_IDS.homeApproveSelected]: {
    subject: 'cancel.approve',
    may: 'approve',
    handle: openApproveSelected,
  },
};

/** The button that does the same as a choice in a row's menu. */
const ROW_BUTTONS: Readonly<Record<RowChoice, ActionId>> = {
  details: ACTION_IDS.linkTrack,
  remind: ACTION_IDS.linkRemind,
  cancel: ACTION_IDS.linkCancel,
  watch: ACTION_IDS.watch,
};

/** A choice in a row's menu is a click on the button that does the same, with its permission and its answers. */
export function clickOf(actionId: string, value: string): { actionId: string; value: string } {
  const chosen = actionId === ACTION_IDS.rowMenu ? decodeRowChoice(value) : undefined;
  return chosen ? { actionId: ROW_BUTTONS[chosen.choice], value: chosen.linkId } : { actionId, value };
}

// Read by people.
export const BUTTON_OUT_OF_DATE =
  'This button is out of date. No action was taken. Type /payout to start again.';

/** For what an old message or a forged request holds: answered, and nothing is done. */
export const UNKNOWN_BUTTON: ButtonRoute = {
  subject: 'button.unknown',
  may: 'anyone',
  async handle() {
    throw new Unavailable(BUTTON_OUT_OF_DATE);
  },
};

/** Returns UNKNOWN_BUTTON for an ID that is not ours, such as `constructor`. */
export function buttonRoute(actionId: string): ButtonRoute {
  return isActionId(actionId) ? BUTTON_ROUTES[actionId] : UNKNOWN_BUTTON;
}
