/** Owns the tour's beginning: help, and words that Payout Desk does not know. */

import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import { COMMAND_NAMES } from '../../src/slack/parse/vocabulary.ts';
import type { Chapter } from './tour.ts';

export const firstWords: Chapter = {
  title: 'First words',
  steps: [
    {
      claim: 'Help names every command the person may use, only visible to them',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'help');
        expect.onlyFor(answer, 'operator');
        const others: readonly string[] = ['help', 'audit', 'away', 'back'];
        const theirs = COMMAND_NAMES.filter((name) => !others.includes(name));
        for (const name of theirs) expect.reads(answer, `/payout ${name}`);
      },
    },
    {
      claim: 'whoami: what the person may do, who approves and who administers',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'whoami');
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'Send reminders and request cancellation', 'Approvers', 'Administrators');
      },
    },
    {
      claim: 'Help on one command has its usage and examples',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'help txn');
        expect.reads(answer, 'Usage', 'For example', '/payout txn <externalRef> [day]');
      },
    },
    {
      claim: 'A typo before a link is answered with a button for the command that was meant',
      async play({ types, expect }) {
        const { answer } = await types('operator', `trakc ${WELL_KNOWN.issued}`);
        expect.onlyFor(answer, 'operator');
        expect.reads(answer, 'trakc', `/payout track ${WELL_KNOWN.issued}`);
        expect.buttons(answer, 'Run');
        expect.calls('track', 0);
      },
    },
    {
      claim: 'A link ID with a digit missing is refused, and InstantPay is not called',
      async play({ types, expect }) {
        const { answer } = await types('operator', `track ${WELL_KNOWN.issued.slice(1)}`);
        expect.reads(answer, '24 hex digits', 'this has 23');
        expect.calls('track', 0);
      },
    },
    {
      claim: 'The button runs the command with everything that was typed, and shows no whole number',
      async play({ types, presses, expect }) {
        const { mobile, name } = WELL_KNOWN_PEOPLE.claimed;
        const { answer } = await types('operator', `trakc ${mobile}`);
        expect.lacks(answer, mobile);
        const pressed = await presses('operator', answer, 'Run');
        expect.reads(pressed.answer, 'CLAIMED', name);
      },
    },
    {
      claim: 'Pending may mean two things, so both are offered',
      async play({ types, expect }) {
        const { answer } = await types('operator', 'pending');
        expect.reads(answer, '/payout approvals', '/payout list ISSUED');
      },
    },
  ],
};
