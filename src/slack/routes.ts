/** Owns the policy of the front: every command, button and form on one line, with who may use it. */

import type { Permission } from '../payouts/access.ts';
import { ACTION_IDS, type ActionId, isActionId, isViewId, VIEW_IDS, type ViewId } from './block-kit/ids.ts';
import { decodeCancelMetadata, decodeDecisionMetadata } from './block-kit/form-metadata.ts';
import type { Seal } from './block-kit/seal.ts';
import { approve, openBreakGlass, openReject, showApprovalCard, withdraw } from './buttons/approval.ts';
import { helpApprovals, helpCommand, helpDigest, helpList } from './buttons/help.ts';
import { openCancel, refresh, remind, revealDetails, share, trackRow } from './buttons/link.ts';
import { filterList, turnPage } from './buttons/list.ts';
import { checkTransactionNow, shareTransaction } from './buttons/transaction.ts';
import type { Context } from './context.ts';
import { approvals } from './commands/approvals.ts';
import { audit } from './commands/audit.ts';
import { cancel, cancelWithReason, checkReason } from './commands/cancel.ts';
import { digest } from './commands/digest.ts';
import { help } from './commands/help.ts';
import { list } from './commands/list.ts';
import { remind as remindCommand } from './commands/remind.ts';
import { track } from './commands/track.ts';
import { txn } from './commands/txn.ts';
import { breakGlassWithReason, rejectWithReason } from './buttons/reason-forms.ts';
import type { Command, CommandOf } from './parse/command.ts';
import type { CommandName } from './parse/vocabulary.ts';

/** `anyone` is for words about the desk itself; everything else needs a permission, and the rules ask again. */
export type May = Permission | 'anyone';

export interface CommandRoute<Name extends CommandName> {
  /** As the audit says it when it is refused. */
  what: string;
  may: May;
  handle: (context: Context, command: Extract<Command, { name: Name }>) => Promise<void>;
}

export interface ButtonRoute {
  what: string;
  may: May;
  /** Acknowledged when the decision is in the records, not before. */
  decides?: true;
  /** Answered with a new private message after asking InstantPay; a word says so when that takes long. */
  looksUp?: true;
  /** `value` is the button's, or the chosen option's. */
  handle: (context: Context, value: string, blockId: string) => Promise<void>;
}

export interface FormRoute {
  what: string;
  may: May;
  decides?: true;
  /** What is wrong with the form, by block id; answered at once, in the form. */
  check: (values: unknown) => Record<string, string> | undefined;
  /** Where the form was opened, which is where its outcome is told. */
  place: (
    metadata: string,
    seal: Seal,
  ) => { channelId: string; threadTs?: string | undefined; responseUrl?: string | undefined } | undefined;
  handle: (context: Context, values: unknown, metadata: string) => Promise<void>;
}

export const COMMAND_ROUTES: { readonly [Name in CommandName]: CommandRoute<Name> } = {
  help: { what: 'help', may: 'anyone', handle: help },
  track: { what: 'track a link', may: 'look', handle: track },
  list: { what: 'list links', may: 'look', handle: list },
  notify: { what: 'send a reminder', may: 'operate', handle: remindCommand },
  cancel: { what: 'ask for a cancel', may: 'operate', handle: cancel },
  txn: { what: 'check a transaction', may: 'look', handle: txn },
  digest: { what: 'read the digest', may: 'look', handle: digest },
  approvals: { what: 'list cancel requests', may: 'look', handle: approvals },
  audit: { what: 'read the audit', may: 'administer', handle: audit },
};

const BUTTON_ROUTES: Readonly<Record<ActionId, ButtonRoute>> = {
  [ACTION_IDS.linkRefresh]: { what: 'track a link', may: 'look', handle: refresh },
  [ACTION_IDS.linkTrack]: { what: 'track a link', may: 'look', looksUp: true, handle: trackRow },
  [ACTION_IDS.linkRemind]: { what: 'send a reminder', may: 'operate', looksUp: true, handle: remind },
  [ACTION_IDS.linkCancel]: { what: 'ask for a cancel', may: 'operate', handle: openCancel },
  [ACTION_IDS.linkShare]: { what: 'share a link', may: 'look', handle: share },
  [ACTION_IDS.linkReveal]: {
    what: 'reveal private details',
    may: 'administer',
    looksUp: true,
    handle: revealDetails,
  },
  [ACTION_IDS.listOlder]: { what: 'list links', may: 'look', handle: turnPage },
  [ACTION_IDS.listNewer]: { what: 'list links', may: 'look', handle: turnPage },
  [ACTION_IDS.listStatus]: { what: 'list links', may: 'look', handle: filterList },
  [ACTION_IDS.approvalApprove]: { what: 'approve a cancel', may: 'approve', decides: true, handle: approve },
  [ACTION_IDS.approvalReject]: { what: 'reject a cancel', may: 'approve', handle: openReject },
  [ACTION_IDS.approvalWithdraw]: {
    what: 'withdraw a request',
    may: 'operate',
    decides: true,
    handle: withdraw,
  },
  [ACTION_IDS.approvalBreakGlass]: { what: 'approve alone', may: 'administer', handle: openBreakGlass },
  [ACTION_IDS.approvalShow]: { what: 'look at a request', may: 'look', handle: showApprovalCard },
  [ACTION_IDS.txnCheck]: { what: 'check a transaction', may: 'look', handle: checkTransactionNow },
  [ACTION_IDS.txnShare]: { what: 'share a transaction', may: 'look', handle: shareTransaction },
  [ACTION_IDS.helpList]: { what: 'list links', may: 'look', looksUp: true, handle: helpList },
  [ACTION_IDS.helpApprovals]: { what: 'list cancel requests', may: 'look', handle: helpApprovals },
  [ACTION_IDS.helpDigest]: { what: 'read the digest', may: 'look', looksUp: true, handle: helpDigest },
  [ACTION_IDS.helpCommand]: { what: 'help', may: 'anyone', handle: helpCommand },
};

const FORM_ROUTES: Readonly<Record<ViewId, FormRoute>> = {
  [VIEW_IDS.cancelReason]: {
    what: 'ask for a cancel',
    may: 'operate',
    check: checkReason,
    place: decodeCancelMetadata,
    handle: cancelWithReason,
  },
  [VIEW_IDS.rejectReason]: {
    what: 'reject a cancel',
    may: 'approve',
    decides: true,
    check: checkReason,
    place: decodeDecisionMetadata,
    handle: rejectWithReason,
  },
  [VIEW_IDS.breakGlassReason]: {
    what: 'approve alone',
    may: 'administer',
    decides: true,
    check: checkReason,
    place: decodeDecisionMetadata,
    handle: breakGlassWithReason,
  },
};

/** Returns the route of a button; undefined for an ID that is not one of ours, such as `constructor`. */
export function buttonRoute(actionId: string): ButtonRoute | undefined {
  return isActionId(actionId) ? BUTTON_ROUTES[actionId] : undefined;
}

/** Returns the route of a form; undefined for an ID that is not one of ours. */
export function formRoute(callbackId: string): FormRoute | undefined {
  return isViewId(callbackId) ? FORM_ROUTES[callbackId] : undefined;
}

/** Two parameters, so that TypeScript can follow that the route of a name takes the command of that name. */
export function runCommand<Name extends CommandName>(
  context: Context,
  name: Name,
  command: CommandOf<Name>,
): Promise<void> {
  return COMMAND_ROUTES[name].handle(context, command);
}
