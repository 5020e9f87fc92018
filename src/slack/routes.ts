/** Owns the routes: every command, button and form, typed by its ID, with who may use it. */

import { Unavailable } from '../errors.ts';
import type { Permission } from '../payouts/policy.ts';
import type { AuditSubject } from '../payouts/audit-entry.ts';
import { ACTION_IDS, type ActionId, isActionId, isViewId, VIEW_IDS, type ViewId } from './block-kit/ids.ts';
import {
  decodeCancelMetadata,
  decodeDecisionMetadata,
  decodeSelectionMetadata,
} from './block-kit/form-metadata.ts';
import type { Seal } from './block-kit/seal.ts';
import {
  approve,
  openEmergencyApproval,
  openReject,
  selectLinks,
  showApprovalCard,
  withdraw,
} from './buttons/approval.ts';
import { helpApprovals, helpCommand, helpDigest, helpList, runSuggestion } from './buttons/help.ts';
import {
  approveSelectedRequests,
  openApproveSelected,
  refreshHome,
  selectAllRequests,
  selectRequest,
} from './buttons/home.ts';
import { openCancel, refresh, remind, revealDetails, share, trackRow } from './buttons/link.ts';
import { filterList, turnPage } from './buttons/list.ts';
import { checkTransactionNow, shareTransaction } from './buttons/transaction.ts';
import type { Context } from './context.ts';
import { approvals } from './commands/approvals.ts';
import { audit } from './commands/audit.ts';
import { away, back } from './commands/away.ts';
import { cancel, cancelWithReason, checkReason } from './commands/cancel.ts';
import { digest } from './commands/digest.ts';
import { help, whoami } from './commands/help.ts';
import { list } from './commands/list.ts';
import { remind as remindCommand } from './commands/remind.ts';
import { track } from './commands/track.ts';
import { txn } from './commands/txn.ts';
import { approveEmergencyWithReason, rejectWithReason } from './buttons/reason-forms.ts';
import type { Command, CommandOf } from './parse/command.ts';
import type { CommandName } from './parse/vocabulary.ts';

/** `anyone` is for help, and for boxes that do nothing by themselves; everything else needs a permission, and its rule asks again. */
export type May = Permission | 'anyone';

export type Opener = (context: Context) => Promise<void>;

/** Where a form was opened, for answers; undefined when its metadata cannot be opened. */
type PlaceOf = (
  metadata: string,
  seal: Seal,
) => { channelId: string; threadTs?: string | undefined; responseUrl?: string | undefined } | undefined;

export interface CommandRoute<Name extends CommandName> {
  /** As the audit names it when it is refused. */
  subject: AuditSubject;
  may: May;
  /** Returns what opens a form at once, before anything is asked; undefined when this command needs none. */
  opens?: (command: Extract<Command, { name: Name }>) => Opener | undefined;
  handle: (context: Context, command: Extract<Command, { name: Name }>) => Promise<void>;
}

export interface ButtonRoute {
  subject: AuditSubject;
  may: May;
  /** Acknowledged after the decision is stored. */
  decides?: true;
  /** Answered with a new message after asking InstantPay, so a waiting message is shown when that takes long. */
  looksUp?: true;
  /** Opens a form at once, before anything is asked. */
  opens?: Opener;
  /** For a button in a form. */
  place?: PlaceOf;
  /** `value`: the button's, or the chosen option's. Both it and `blockId` may be forged. */
  handle: (context: Context, value: string, blockId: string) => Promise<void>;
}

export interface FormRoute {
  subject: AuditSubject;
  may: May;
  decides?: true;
  /** Returns what is wrong, by block ID; shown in the form, which stays open. */
  check: (values: unknown, metadata: string) => Record<string, string> | undefined;
  /** Acknowledged with what comes of it: it closes, or shows the next view. */
  answersInForm?: true;
  place: PlaceOf;
  handle: (context: Context, values: unknown, metadata: string) => Promise<void>;
}

export const COMMAND_ROUTES: { readonly [Name in CommandName]: CommandRoute<Name> } = {
  help: { subject: 'help', may: 'anyone', handle: help },
  track: { subject: 'link.track', may: 'look', handle: track },
  list: { subject: 'link.list', may: 'look', handle: list },
  notify: { subject: 'reminder.send', may: 'operate', handle: remindCommand },
  cancel: { subject: 'cancel.request', may: 'operate', handle: cancel },
  txn: { subject: 'transaction.check', may: 'look', handle: txn },
  digest: { subject: 'digest.read', may: 'look', handle: digest },
  approvals: { subject: 'cancel.list', may: 'look', handle: approvals },
  away: { subject: 'delegation.list', may: 'look', handle: away },
  back: { subject: 'delegation.end', may: 'look', handle: back },
  audit: { subject: 'audit.read', may: 'administer', handle: audit },
  whoami: { subject: 'help', may: 'anyone', handle: whoami },
};

const BUTTON_ROUTES: Readonly<Record<ActionId, ButtonRoute>> = {
  [ACTION_IDS.linkRefresh]: { subject: 'link.track', may: 'look', handle: refresh },
  [ACTION_IDS.linkTrack]: { subject: 'link.track', may: 'look', looksUp: true, handle: trackRow },
  [ACTION_IDS.linkRemind]: { subject: 'reminder.send', may: 'operate', looksUp: true, handle: remind },
  [ACTION_IDS.linkCancel]: { subject: 'cancel.request', may: 'operate', handle: openCancel },
  [ACTION_IDS.linkShare]: { subject: 'link.share', may: 'look', handle: share },
  [ACTION_IDS.linkReveal]: {
    subject: 'link.reveal',
    may: 'administer',
    looksUp: true,
    handle: revealDetails,
  },
  [ACTION_IDS.listOlder]: { subject: 'link.list', may: 'look', handle: turnPage },
  [ACTION_IDS.listNewer]: { subject: 'link.list', may: 'look', handle: turnPage },
  [ACTION_IDS.listStatus]: { subject: 'link.list', may: 'look', handle: filterList },
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
  [ACTION_IDS.txnCheck]: { subject: 'transaction.check', may: 'look', handle: checkTransactionNow },
  [ACTION_IDS.txnShare]: { subject: 'transaction.share', may: 'look', handle: shareTransaction },
  [ACTION_IDS.helpList]: { subject: 'link.list', may: 'look', looksUp: true, handle: helpList },
  [ACTION_IDS.helpApprovals]: { subject: 'cancel.list', may: 'look', handle: helpApprovals },
  [ACTION_IDS.helpDigest]: { subject: 'digest.read', may: 'look', looksUp: true, handle: helpDigest },
  [ACTION_IDS.helpCommand]: { subject: 'help', may: 'anyone', handle: helpCommand },
  // The command that runs asks for its own permission.
  [ACTION_IDS.helpRun]: {
    subject: 'help',
    may: 'anyone',
    looksUp: true,
    handle: (context, value) =>
      runSuggestion(context, value, { route: (name) => COMMAND_ROUTES[name], run: runCommand }),
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

const FORM_ROUTES: Readonly<Record<ViewId, FormRoute>> = {
  [VIEW_IDS.cancelReason]: {
    subject: 'cancel.request',
    may: 'operate',
    check: checkReason,
    place: decodeCancelMetadata,
    handle: cancelWithReason,
  },
  [VIEW_IDS.rejectReason]: {
    subject: 'cancel.reject',
    may: 'approve',
    decides: true,
    check: checkReason,
    place: decodeDecisionMetadata,
    handle: rejectWithReason,
  },
  [VIEW_IDS.emergencyReason]: {
    subject: 'cancel.emergency_approve',
    may: 'administer',
    decides: true,
    check: checkReason,
    place: decodeDecisionMetadata,
    handle: approveEmergencyWithReason,
  },
  [VIEW_IDS.approveSelected]: {
    subject: 'cancel.approve',
    may: 'approve',
    decides: true,
    check: () => undefined,
    place: decodeSelectionMetadata,
    handle: approveSelectedRequests,
  },
};

// Read by people.
export const BUTTON_OUT_OF_DATE =
  'This button is out of date. No action was taken. Type /payout to start again.';
export const FORM_OUT_OF_DATE = 'This form is out of date. No action was taken. Type /payout to start again.';

/** For what an old message or a forged request holds: answered, and nothing is done. */
export const UNKNOWN_BUTTON: ButtonRoute = {
  subject: 'button.unknown',
  may: 'anyone',
  async handle() {
    throw new Unavailable(BUTTON_OUT_OF_DATE);
  },
};

export const UNKNOWN_FORM: FormRoute = {
  subject: 'form.unknown',
  may: 'anyone',
  check: () => undefined,
  place: () => undefined,
  async handle() {
    throw new Unavailable(FORM_OUT_OF_DATE);
  },
};

/** Returns UNKNOWN_BUTTON for an ID that is not ours, such as `constructor`. */
export function buttonRoute(actionId: string): ButtonRoute {
  return isActionId(actionId) ? BUTTON_ROUTES[actionId] : UNKNOWN_BUTTON;
}

/** Returns UNKNOWN_FORM for an ID that is not ours. */
export function formRoute(callbackId: string): FormRoute {
  return isViewId(callbackId) ? FORM_ROUTES[callbackId] : UNKNOWN_FORM;
}

/** Returns what opens this command's form at once; undefined when it needs none. */
export function openerOf(command: Command): Opener | undefined {
  return opener(command.name, command);
}

function opener<Name extends CommandName>(name: Name, command: CommandOf<Name>): Opener | undefined {
  return COMMAND_ROUTES[name].opens?.(command);
}

/** `name` apart from `command`, so that TypeScript sees that its route takes this command. */
export function runCommand<Name extends CommandName>(
  context: Context,
  name: Name,
  command: CommandOf<Name>,
): Promise<void> {
  return COMMAND_ROUTES[name].handle(context, command);
}
