/** Owns what a route says, and the routes of commands, with who may use them. Buttons and forms have theirs beside. */

import type { OfferedTo, Permission } from '../payouts/policy.ts';
import type { AuditSubject } from '../payouts/audit-entry.ts';
import type { Seal } from './block-kit/seal.ts';
import type { Context } from './context.ts';
import { approvals } from './commands/approvals.ts';
import { audit } from './commands/audit.ts';
import { away, back } from './commands/away.ts';
import { cancel, needsForm, openLookingUp } from './commands/cancel.ts';
import { digest } from './commands/digest.ts';
import { exportFile } from './commands/export.ts';
import { expiring } from './commands/expiring.ts';
import { help, whoami } from './commands/help.ts';
import { list } from './commands/list.ts';
import { openSubscribe } from './commands/subscription-form.ts';
import { remind as remindCommand } from './commands/remind.ts';
import { stuck } from './commands/stuck.ts';
import { track } from './commands/track.ts';
import { txn } from './commands/txn.ts';
import { unwatch, watch, watches } from './commands/watch.ts';
import { openCancelModal, openTrackModal, openTransactionModal } from './modals/open.ts';
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

/** A permission, and as what the audit names it when it is refused. */
export interface Access {
  subject: AuditSubject;
  may: May;
}

export interface CommandRoute<Name extends CommandName> {
  /** As the audit names it when it is refused. */
  subject: AuditSubject;
  may: May;
  /** Help and suggestions name it to these only; default those who may use it. */
  offeredTo?: OfferedTo;
  /** Returns what some forms of the command need instead; undefined: the above. */
  accessOf?: (command: Extract<Command, { name: Name }>) => Access | undefined;
  /** Returns what opens a form at once, before anything is asked; undefined when this command needs none. */
  opens?: (command: Extract<Command, { name: Name }>) => Opener | undefined;
  /** Opens the form that asks for what was not typed. */
  asks?: Opener;
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
  opens?: (context: Context, value: string) => Promise<void>;
  /** For a button in a form. */
  place?: PlaceOf;
  /** `value`: the button's, or the chosen option's. Both it and `blockId` may be forged. */
  handle: (context: Context, value: string, blockId: string) => Promise<void>;
}

export interface ShortcutRoute {
  subject: AuditSubject;
  may: May;
  looksUp?: true;
  /** Opens a form at once, before anything is asked. */
  opens?: Opener;
  /** `text`: of the message the shortcut was used on, as Slack sends it; '' for a global one. */
  handle: (context: Context, text: string) => Promise<void>;
}

export interface FormRoute {
  subject: AuditSubject;
  may: May;
  decides?: true;
  /** Returns what is wrong, by block ID; shown in the form, which stays open. */
  check: (values: unknown, metadata: string) => Record<string, string> | undefined;
  /** Acknowledged with what comes of it: it closes, or shows the next view. */
  answersInForm?: true;
  /** Tells by itself, at once, that it goes on. */
  tells?: true;
  place: PlaceOf;
  handle: (context: Context, values: unknown, metadata: string) => Promise<void>;
}

const SUBSCRIBING: Access = { subject: 'subscription.manage', may: 'administer' };
const DIGEST_ACCESS: Readonly<Record<CommandOf<'digest'>['action'], Access | undefined>> = {
  show: undefined,
  list: { subject: 'subscription.list', may: 'look' },
  subscribe: SUBSCRIBING,
  unsubscribe: SUBSCRIBING,
};

export const COMMAND_ROUTES: { readonly [Name in CommandName]: CommandRoute<Name> } = {
  help: { subject: 'help', may: 'anyone', handle: help },
  track: { subject: 'link.track', may: 'look', asks: openTrackModal, handle: track },
  list: { subject: 'link.list', may: 'look', handle: list },
  expiring: { subject: 'link.list', may: 'look', handle: expiring },
  stuck: { subject: 'link.list', may: 'look', handle: stuck },
  notify: { subject: 'reminder.send', may: 'operate', handle: remindCommand },
  cancel: {
    subject: 'cancel.request',
    may: 'operate',
    asks: openCancelModal,
    opens: (command) => (needsForm(command) ? openLookingUp : undefined),
    handle: cancel,
  },
  txn: { subject: 'transaction.check', may: 'look', asks: openTransactionModal, handle: txn },
  watch: { subject: 'watch.start', may: 'look', handle: watch },
  unwatch: { subject: 'watch.stop', may: 'look', handle: unwatch },
  watches: { subject: 'watch.list', may: 'look', handle: watches },
  // An export of the audit needs more, which its rule asks for.
  export: { subject: 'link.export', may: 'look', handle: exportFile },
  digest: {
    subject: 'digest.read',
    may: 'look',
    accessOf: ({ action }) => DIGEST_ACCESS[action],
    opens: ({ action }) => (action === 'subscribe' ? openSubscribe : undefined),
    handle: digest,
  },
  approvals: { subject: 'cancel.list', may: 'look', handle: approvals },
  away: { subject: 'delegation.list', may: 'look', offeredTo: 'lend', handle: away },
  back: { subject: 'delegation.end', may: 'look', offeredTo: 'lend', handle: back },
  audit: { subject: 'audit.read', may: 'administer', handle: audit },
  whoami: { subject: 'help', may: 'anyone', handle: whoami },
};

/** Returns what this command needs. */
export function accessOf(command: Command): Access {
  return access(command.name, command);
}

function access<Name extends CommandName>(name: Name, command: CommandOf<Name>): Access {
  const route = COMMAND_ROUTES[name];
  return route.accessOf?.(command) ?? { subject: route.subject, may: route.may };
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
