/** Owns the form that subscribes a channel to a digest, or changes when it comes and what it holds. */

import type { InputBlock, ModalView, PlainTextOption } from '@slack/web-api';
import { KNOWN_STATUSES } from '../../payouts/links/link.ts';
import { plainSchedule, WEEKDAYS, type Weekday } from '../../payouts/subscriptions/cron.ts';
import type { Definition } from '../../payouts/subscriptions/subscription.ts';
import { option, plain } from '../block-kit/blocks.ts';
import { BLOCK_IDS, INPUT_IDS, VIEW_IDS } from '../block-kit/ids.ts';
import { modal } from './form-parts.ts';
import { badgeText } from './parts.ts';
import { WEEKDAY_LABELS } from './schedule-words.ts';

export const SUBSCRIPTION_TITLES = { subscribe: 'Subscribe to a digest', change: 'Change a digest' } as const;

export const PURPOSE_LENGTH = 100;
export const CRON_LENGTH = 100;
const TIMEZONE_LENGTH = 60;
const WORKDAYS: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri'];
const MORNING = '10:00';

/** `isNew`: it subscribes; else it changes what is there. */
export function subscriptionForm(metadata: string, definition: Definition, isNew: boolean): ModalView {
  return modal(
    {
      viewId: VIEW_IDS.subscription,
      title: isNew ? SUBSCRIPTION_TITLES.subscribe : SUBSCRIPTION_TITLES.change,
      submit: isNew ? 'Subscribe' : 'Change',
      metadata,
    },
    [...whenInputs(definition), ...contentInputs(definition), cronInput(definition)],
  );
}

/** What days and one time cannot say stands as cron. */
function plainTime({ cron }: Definition): { days: readonly Weekday[]; time: string } | undefined {
  const { days = [], times = [] } = plainSchedule(cron) ?? {};
  const [time, ...more] = times;
  return time === undefined || more.length > 0 ? undefined : { days, time };
}

function whenInputs(definition: Definition): InputBlock[] {
  const { days, time } = plainTime(definition) ?? { days: WORKDAYS, time: MORNING };
  return [
    {
      type: 'input',
      block_id: BLOCK_IDS.scheduleDays,
      optional: true,
      label: plain('Days'),
      element: boxes(
        INPUT_IDS.scheduleDays,
        WEEKDAYS.map((day) => option(WEEKDAY_LABELS[day], day)),
        days,
      ),
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.scheduleTime,
      optional: true,
      label: plain('Time'),
      element: { type: 'timepicker', action_id: INPUT_IDS.scheduleTime, initial_time: time },
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.scheduleZone,
      label: plain('Time zone'),
      hint: plain('Such as Asia/Kolkata or Europe/London.'),
      element: {
        type: 'plain_text_input',
        action_id: INPUT_IDS.scheduleZone,
        initial_value: definition.timezone.slice(0, TIMEZONE_LENGTH),
        max_length: TIMEZONE_LENGTH,
      },
    },
  ];
}

function contentInputs({ statuses, purpose }: Definition): InputBlock[] {
  return [
    {
      type: 'input',
      block_id: BLOCK_IDS.entryStatuses,
      optional: true,
      label: plain('Status'),
      hint: plain('ISSUED links that expire soon are always in the digest.'),
      element: boxes(
        INPUT_IDS.statuses,
        KNOWN_STATUSES.map((status) => option(badgeText(status), status)),
        statuses,
      ),
    },
    {
      type: 'input',
      block_id: BLOCK_IDS.schedulePurpose,
      optional: true,
      label: plain('Only links whose purpose contains'),
      element: {
        type: 'plain_text_input',
        action_id: INPUT_IDS.schedulePurpose,
        max_length: PURPOSE_LENGTH,
        ...(purpose && { initial_value: purpose.slice(0, PURPOSE_LENGTH) }),
      },
    },
  ];
}

function cronInput(definition: Definition): InputBlock {
  return {
    type: 'input',
    block_id: BLOCK_IDS.scheduleCron,
    optional: true,
    label: plain('Cron expression'),
    hint: plain('In place of days and time, such as 0 10 1 * * for the first of the month.'),
    element: {
      type: 'plain_text_input',
      action_id: INPUT_IDS.scheduleCron,
      max_length: CRON_LENGTH,
      ...(!plainTime(definition) && { initial_value: definition.cron.slice(0, CRON_LENGTH) }),
    },
  };
}

function boxes(actionId: string, options: PlainTextOption[], selected: readonly string[]) {
  const initial = options.filter(({ value }) => value !== undefined && selected.includes(value));
  return {
    type: 'checkboxes' as const,
    action_id: actionId,
    options,
    ...(initial.length > 0 && { initial_options: initial }),
  };
}
