/** Owns a form that opens before its content is known: a trigger lives 3 s, and what the form shows may take longer. */

import type { ModalView } from '@slack/web-api';
import { Unavailable } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Acknowledgement } from './acknowledge.ts';
import { SlackFailure } from './api/client.ts';
import type { Messenger, OpenView } from './api/messenger.ts';
import { waitingForm } from './views/form-parts.ts';

/** A person reads it. */
export const FORM_NOT_OPENED = 'Slack did not open the form in time. No action was taken. Try again.';

/** The form that was clicked or submitted, as Slack delivered it. */
export interface FormAt extends OpenView {
  title: string;
  metadata: string;
}

/** `gone`: the person closed it, or it shows something newer. `refused`: Slack did not show it. */
export type Shown = 'shown' | 'gone' | 'refused';

export interface OpenForm {
  /** The form that was clicked or submitted; undefined when this interaction opens one itself. */
  at: FormAt | undefined;
  /** Whether there is one that can show something. */
  isOpen(): boolean;
  /** Whether it was submitted: then the person waits for what comes of it, also after closing it. */
  isSubmitted: boolean;
  /** Opens it unless it is open. Rejects with Unavailable when Slack did not open it in time. */
  open(view: ModalView): Promise<void>;
  show(view: ModalView): Promise<Shown>;
  /** Keeps a submitted form open with the waiting view; for when the answer takes longer than Slack waits. */
  keepWaiting(): Promise<void>;
  /** Closes a submitted form that waits for its acknowledgement; returns whether it did. */
  close(): Promise<boolean>;
}

export interface OpenFormOptions extends Acknowledgement {
  messenger: Messenger;
  triggerId: string | undefined;
  /** The form that was clicked or submitted. */
  form: FormAt | undefined;
  /** Submitted, and not acknowledged yet: the first view that it shows is the acknowledgement. */
  isSubmitted: boolean;
  log: Log;
}

/** Slack takes the view of an acknowledgement and that of views.update in any order when they arrive together. */
const SETTLE_MS = 500;

export function createOpenForm(options: OpenFormOptions): OpenForm {
  const { messenger, triggerId, form, isSubmitted, log } = options;
  let at: OpenView | undefined = form;
  let isClosed = false;
  let settled: Promise<unknown> = Promise.resolve();

  const showByAck = async (view: ModalView): Promise<void> => {
    // Its hash changes with the view that Slack takes from the acknowledgement.
    if (form) at = { id: form.id, hash: undefined };
    await options.acknowledge({ response_action: 'update', view });
    settled = new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  };

  return {
    at: form,
    isSubmitted,
    isOpen: () => at !== undefined && !isClosed,
    async open(view) {
      if (at) return;
      try {
        if (!triggerId) throw new SlackFailure('no_trigger');
        at = await messenger.openView(triggerId, view);
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        throw new Unavailable(FORM_NOT_OPENED, { cause: error });
      }
    },
    async show(view) {
      if (!at || isClosed) return 'gone';
      if (isSubmitted && !options.acknowledged()) {
        await showByAck(view);
        return 'shown';
      }
      await settled;
      try {
        at = await messenger.updateView(at, view);
        return 'shown';
      } catch (error) {
        if (!(error instanceof SlackFailure)) throw error;
        log.warn({ code: error.code }, 'form not updated');
        return error.code === 'not_found' || error.code === 'hash_conflict' ? 'gone' : 'refused';
      }
    },
    async keepWaiting() {
      if (isSubmitted && form && !options.acknowledged()) await showByAck(waitingForm(form.title));
    },
    async close() {
      if (!isSubmitted || options.acknowledged()) return false;
      isClosed = true;
      await options.acknowledge();
      return true;
    },
  };
}
