/** Owns the routes of shortcuts, typed by their ID, with who may use them. */

import { Unavailable } from '../errors.ts';
import { isShortcutId, SHORTCUT_IDS, type ShortcutId } from './block-kit/ids.ts';
import { findInMessage } from './commands/find-in-message.ts';
import { formIsOpen, openCancelModal, openTrackModal, openTransactionModal } from './modals/open.ts';
import type { ShortcutRoute } from './routes.ts';

const SHORTCUT_ROUTES: Readonly<Record<ShortcutId, ShortcutRoute>> = {
  [SHORTCUT_IDS.track]: { subject: 'link.track', may: 'look', opens: openTrackModal, handle: formIsOpen },
  [SHORTCUT_IDS.cancel]: {
    subject: 'cancel.request',
    may: 'operate',
    opens: openCancelModal,
    handle: formIsOpen,
  },
  [SHORTCUT_IDS.txn]: {
    subject: 'transaction.check',
    may: 'look',
    opens: openTransactionModal,
    handle: formIsOpen,
  },
  [SHORTCUT_IDS.findLinks]: { subject: 'link.find', may: 'look', looksUp: true, handle: findInMessage },
};

/** A person reads it. */
export const SHORTCUT_OUT_OF_DATE =
  'This shortcut is out of date. No action was taken. Type /payout to start again.';

/** For what an older manifest or a forged request holds: answered, and nothing is done. */
export const UNKNOWN_SHORTCUT: ShortcutRoute = {
  subject: 'shortcut.unknown',
  may: 'anyone',
  async handle() {
    throw new Unavailable(SHORTCUT_OUT_OF_DATE);
  },
};

/** Returns UNKNOWN_SHORTCUT for an ID that is not ours, such as `constructor`. */
export function shortcutRoute(callbackId: string): ShortcutRoute {
  return isShortcutId(callbackId) ? SHORTCUT_ROUTES[callbackId] : UNKNOWN_SHORTCUT;
}
