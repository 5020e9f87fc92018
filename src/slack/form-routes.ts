/** Owns the routes of submitted forms, typed by their ID, with who may submit them. */

import { Unavailable } from '../errors.ts';
import { isViewId, VIEW_IDS, type ViewId } from './block-kit/ids.ts';
import {
  decodeCancelMetadata,
  decodeDecisionMetadata,
  decodeOrigin,
  decodeRemindMetadata,
  decodeSelectionMetadata,
  decodeSubscriptionMetadata,
} from './block-kit/form-metadata.ts';
import { askWithQuestion, checkQuestion } from './buttons/ask-requester.ts';
import { approveSelectedRequests } from './buttons/home.ts';
import { remindSelected } from './buttons/remind.ts';
import { continueCancel, submitCancel } from './commands/cancel-form.ts';
import { checkCancel, checkChosen, checkReason } from './commands/check-forms.ts';
import { checkSubscription, submitSubscription } from './commands/subscription-form.ts';
import { approveEmergencyWithReason, rejectWithReason } from './buttons/reason-forms.ts';
import {
  cancelEntered,
  checkEntered,
  checkEnteredLink,
  checkEnteredLinks,
  checkEnteredList,
  checkEnteredTransaction,
  listEntered,
  trackEntered,
} from './modals/submit.ts';
import type { FormRoute } from './routes.ts';

const FORM_ROUTES: Readonly<Record<ViewId, FormRoute>> = {
  [VIEW_IDS.cancelReason]: {
    subject: 'cancel.request',
    may: 'operate',
    answersInForm: true,
    check: checkCancel,
    place: decodeCancelMetadata,
    handle: submitCancel,
  },
  [VIEW_IDS.cancelChoose]: {
    subject: 'cancel.request',
    may: 'operate',
    answersInForm: true,
    check: checkChosen,
    place: decodeCancelMetadata,
    handle: continueCancel,
  },
  [VIEW_IDS.remindSelected]: {
    subject: 'reminder.send',
    may: 'operate',
    tells: true,
    check: () => undefined,
    place: decodeRemindMetadata,
    handle: remindSelected,
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
  [VIEW_IDS.askRequester]: {
    subject: 'question.ask',
    may: 'approve',
    check: checkQuestion,
    place: decodeDecisionMetadata,
    handle: askWithQuestion,
  },
  [VIEW_IDS.approveSelected]: {
    subject: 'cancel.approve',
    may: 'approve',
    decides: true,
    check: () => undefined,
    place: decodeSelectionMetadata,
    handle: approveSelectedRequests,
  },
  [VIEW_IDS.subscription]: {
    subject: 'subscription.manage',
    may: 'administer',
    answersInForm: true,
    check: checkSubscription,
    place: decodeSubscriptionMetadata,
    handle: submitSubscription,
  },
  [VIEW_IDS.entryTrack]: {
    subject: 'link.track',
    may: 'look',
    answersInForm: true,
    check: checkEnteredLink,
    place: decodeOrigin,
    handle: trackEntered,
  },
  [VIEW_IDS.entryCancel]: {
    subject: 'cancel.request',
    may: 'operate',
    answersInForm: true,
    check: checkEnteredLinks,
    place: decodeOrigin,
    handle: cancelEntered,
  },
  [VIEW_IDS.entryTxn]: {
    subject: 'transaction.check',
    may: 'look',
    answersInForm: true,
    check: checkEnteredTransaction,
    place: decodeOrigin,
    handle: checkEntered,
  },
  [VIEW_IDS.entryList]: {
    subject: 'link.list',
    may: 'look',
    check: checkEnteredList,
    place: decodeOrigin,
    handle: listEntered,
  },
};

// Read by people.
export const FORM_OUT_OF_DATE = 'This form is out of date. No action was taken. Type /payout to start again.';

/** For what an old form or a forged request holds: answered, and nothing is done. */
export const UNKNOWN_FORM: FormRoute = {
  subject: 'form.unknown',
  may: 'anyone',
  check: () => undefined,
  place: () => undefined,
  async handle() {
    throw new Unavailable(FORM_OUT_OF_DATE);
  },
};

/** Returns UNKNOWN_FORM for an ID that is not ours. */
export function formRoute(callbackId: string): FormRoute {
  return isViewId(callbackId) ? FORM_ROUTES[callbackId] : UNKNOWN_FORM;
}
