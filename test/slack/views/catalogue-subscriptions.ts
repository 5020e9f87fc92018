/** Owns the catalogue's part on digests that channels subscribe to. */

import type { Scheduled } from '../../../src/payouts/subscriptions/subscribe.ts';
import { isOfSettings, type Subscription } from '../../../src/payouts/subscriptions/subscription.ts';
import { SYSTEM_ACTOR } from '../../../src/payouts/audit-entry.ts';
import { DAY_MS, HOUR_MS } from '../../../src/payouts/time.ts';
import { OFFER_ALL } from '../../../src/slack/views/offers.ts';
import { subscriptionForm } from '../../../src/slack/views/subscription-form.ts';
import {
  digestsPaused,
  digestsRefused,
  PAUSED,
  SUBSCRIBED,
  subscriptionList,
  subscriptionSaved,
} from '../../../src/slack/views/subscriptions.ts';
import { subscription } from '../../payouts/subscriptions/samples.ts';
import type { CatalogueEntry } from './catalogue.ts';
import { NOW } from './samples.ts';

export const aScheduled = (changes: Partial<Subscription> = {}): Scheduled => ({
  subscription: subscription({ channelId: 'C0DIGESTS', createdBy: 'U0ADMIN', ...changes }),
  next: changes.paused ? [] : [NOW + HOUR_MS, NOW + DAY_MS, NOW + 2 * DAY_MS],
});

/** As a finance team has them: of the settings, weekdays at two times, paused, and the first of the month. */
const SEVERAL = [
  aScheduled({ createdBy: SYSTEM_ACTOR, statuses: ['EXPIRED', 'PROCESSING'] }),
  aScheduled({ id: 's2', cron: '0 10,16 * * 1-5', statuses: ['ISSUED'], purpose: 'salary' }),
  aScheduled({
    id: 's3',
    cron: '30 9 * * 1,3,6',
    timezone: 'Europe/London',
    paused: { why: 'channel_archived', at: NOW - DAY_MS, by: SYSTEM_ACTOR },
  }),
  aScheduled({ id: 's4', cron: '0 10 1 * *', statuses: ['EXPIRED'] }),
];

export function subscriptionEntries(): CatalogueEntry[] {
  const options = { now: NOW, offers: OFFER_ALL, isOfSettings };
  const viewer = { ...options, offers: () => false };
  const paused = SEVERAL.slice(1, 3).map((one) => one.subscription);
  return [
    {
      name: 'subscription-form',
      shown: subscriptionForm('{}', subscription({ cron: '0 10 * * 1-5' }), true),
    },
    {
      name: 'subscription-form-cron',
      shown: subscriptionForm('{}', subscription({ cron: '0 10 1 * *', purpose: 'salary' }), false),
    },
    {
      name: 'subscribed',
      shown: subscriptionSaved(aScheduled(), { ...options, lead: SUBSCRIBED, isMember: true }),
    },
    {
      name: 'subscribed-outside',
      shown: subscriptionSaved(aScheduled(), { ...options, lead: SUBSCRIBED, isMember: false }),
    },
    { name: 'subscriptions', shown: subscriptionList(SEVERAL, { ...options, lead: PAUSED }) },
    { name: 'subscriptions-viewer', shown: subscriptionList(SEVERAL, viewer) },
    { name: 'subscriptions-none', shown: subscriptionList([], options) },
    { name: 'digests-paused', shown: digestsPaused(paused, 'not_in_channel', NOW) },
    { name: 'digests-refused', shown: digestsRefused(paused, 'channel_archived', NOW) },
  ];
}
