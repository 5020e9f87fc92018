/** Owns App Home as a view: its room, what each role reads, what is selected. */

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { costOf } from '../../../fakes/slack/judge/messages.ts';
import { refuseView } from '../../../fakes/slack/judge/views.ts';
import { type Batch, batchOf } from '../../../src/payouts/cancel/batch.ts';
import type { CancelRequest } from '../../../src/payouts/cancel/request.ts';
import type { HomeContents } from '../../../src/payouts/home/queue.ts';
import type { Permissions, Right, Rights } from '../../../src/payouts/rights.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../src/payouts/time.ts';
import { readSelectedRequests } from '../../../src/slack/block-kit/home-values.ts';
import { LIMITS } from '../../../src/slack/block-kit/limits.ts';
import { APPROVE_BY_ITSELF, approveSelectedModal } from '../../../src/slack/views/approve-selected.ts';
import {
  HOME_AWAY,
  HOME_CHECKING,
  type HomeState,
  homeView,
  NOTHING_TO_DECIDE,
  QUEUE_UNKNOWN,
} from '../../../src/slack/views/home.ts';
import { size } from '../../chaos/size.ts';
import { elementsOf, labelsOf, problemsOfView, readable, textsOf } from '../shown.ts';
import { MARK, request as hostileRequest } from './hostile.ts';
import { anApproval, DECIDED, NOW } from './samples.ts';

const all = (right: Right): Rights => ({
  permissions: { look: right, operate: right, approve: right, lend: right, administer: right },
  refusal: undefined,
});
const NOBODY = { everyone: false, users: new Set<string>(), groups: [] };
const POLICY = { look: NOBODY, operate: NOBODY, approve: NOBODY, administer: NOBODY };
const permissions = (rights: Rights): Permissions => ({
  rights,
  policy: POLICY,
  approvalRules: undefined,
  delegations: [],
});
const TODAY = { opened: 1, approved: 2, rejected: 3, cancelledLinks: 4, unconfirmedLinks: 0 };
const EMPTY: HomeContents = { waiting: [], own: [], decided: [], today: TODAY };

function batch(changes: Partial<CancelRequest> = {}, links = 1): Batch {
  const id = changes.id ?? 'c0ffee12-3456-4789-9abc-def012345678';
  const requests = Array.from({ length: links }, (_none, index) =>
    anApproval({
      ...changes,
      id: index === 0 ? id : `${id}-${String(index + 1).padStart(2, '0')}`,
      batchId: id,
    }),
  );
  const made = batchOf(requests);
  if (!made) throw new Error('there is no link');
  return made;
}

const many = (amount: number, changes: Partial<CancelRequest> = {}): Batch[] =>
  Array.from({ length: amount }, (_none, index) =>
    batch({
      ...changes,
      id: `c0ffee12-3456-4789-9abc-${String(index).padStart(12, '0')}`,
      number: 1001 + index,
    }),
  );

function view(contents: HomeState['contents'], changes: Partial<HomeState> = {}) {
  const state: HomeState = {
    now: NOW,
    environment: undefined,
    permissions: permissions(all('yes')),
    contents,
    ...changes,
  };
  const shown = homeView(state);
  expect(refuseView({ ...shown }, 'home')?.messages ?? []).toEqual([]);
  expect(costOf(shown.blocks)).toBeLessThanOrEqual(LIMITS.viewBudget);
  expect(Buffer.byteLength(JSON.stringify(shown))).toBeLessThan(250_000);
  return shown;
}

const ticked = (shown: { blocks: unknown[] }) =>
  elementsOf(shown).filter(
    (element) => element.type === 'checkboxes' && element.initial_options !== undefined,
  );
const boxes = (shown: { blocks: unknown[] }) => elementsOf(shown).filter(({ type }) => type === 'checkboxes');

describe('App Home', () => {
  test('what waits: amount, recipient, reason, requester, expiry, and buttons', () => {
    const words = readable(view({ ...EMPTY, waiting: [batch()] }));
    for (const shown of [
      '₹2,50,000.00',
      'Asha Rao',
      'Duplicate of invoice 118',
      '<@U0REQ>',
      'expires',
      'C-1042',
    ])
      expect(words).toContain(shown);
    expect(labelsOf(view({ ...EMPTY, waiting: [batch()] }))).toEqual(
      expect.arrayContaining(['Approve', 'Reject']),
    );
  });

  test('one request alone needs no selecting', () => {
    const shown = view({ ...EMPTY, waiting: [batch()] });
    expect(labelsOf(shown)).not.toContain('Select all');
    expect(boxes(shown)).toEqual([]);
  });

  test('what needs more than one approval is not in the group, and says so', () => {
    const two = batch({ approvalsRequired: 2, id: 'two' });
    const shown = view({ ...EMPTY, waiting: [...many(2), two] });
    expect(boxes(shown)).toHaveLength(2);
    expect(readable(shown)).toContain(APPROVE_BY_ITSELF);
    expect(readSelectedRequests({ 'home.request.two.0': {} })).toEqual([]);
  });

  test('everything is ticked after Select all, but not what came later, and not for ever', () => {
    const contents = { ...EMPTY, waiting: [...many(3), batch({ id: 'later', requestedAt: NOW })] };
    expect(ticked(view(contents))).toEqual([]);
    expect(ticked(view(contents, { selectedAt: NOW - 1 }))).toHaveLength(3);
    expect(ticked(view(contents, { selectedAt: NOW - 11 * MINUTE_MS }))).toEqual([]);
  });

  test('the block of a request keeps its ID, so that Slack keeps what is ticked', () => {
    const idsOf = (state: Partial<HomeState>) =>
      boxes(view({ ...EMPTY, waiting: many(2) }, state)).map(({ block_id: id }) => id);
    expect(idsOf({ now: NOW + MINUTE_MS })).toEqual(idsOf({}));
    expect(idsOf({ selectedAt: NOW })).not.toEqual(idsOf({}));
  });

  test.each([1, 12, 188, 500])('%i requests fit, and those left out are counted', (amount) => {
    const shown = view({ ...EMPTY, waiting: many(amount), own: many(20), decided: many(5) });
    const rows = labelsOf(shown).filter((label) => label === 'Approve').length;
    expect(rows).toBeGreaterThanOrEqual(Math.min(amount, 12));
    const left = amount - rows;
    if (left > 0) expect(readable(shown)).toContain(`… ${left} more: \`/payout approvals\``);
    expect(readable(shown)).toContain('*Today*');
  });

  test('urgent: the link expires within two hours', () => {
    const urgent = batch({ linkExpiresAt: NOW + HOUR_MS });
    expect(readable(view({ ...EMPTY, waiting: [urgent] }))).toContain('⚡ *Link expires in 1 hour*');
    expect(readable(view({ ...EMPTY, waiting: [batch()] }))).not.toContain('⚡');
  });

  test('the recipient’s other open links are counted, one of the same amount is a possible duplicate', () => {
    const other = { linkId: 'l', status: 'ISSUED' as const, expiresAt: undefined };
    const facts = (amountPaise: number) => ({ ...anApproval().facts, others: [{ ...other, amountPaise }] });
    const shown = (amountPaise: number) =>
      readable(view({ ...EMPTY, waiting: [batch({ facts: facts(amountPaise) })] }));
    expect(shown(anApproval().amountPaise)).toContain(
      '1 other open link of the recipient, possible duplicate',
    );
    expect(shown(1)).toContain('1 other open link of the recipient');
    expect(shown(1)).not.toContain('possible duplicate');
  });

  test('each part for those it concerns', () => {
    const rights = (changes: Partial<Rights['permissions']>) => ({
      permissions: permissions({
        refusal: undefined,
        permissions: { ...all('no').permissions, look: 'yes' as const, ...changes },
      }),
    });
    const contents = { ...EMPTY, waiting: [batch()], own: [batch()] };
    const viewer = readable(view(contents, rights({})));
    expect(viewer).toContain('*Today*');
    expect(viewer).not.toMatch(/Your requests|Waiting for your decision/);
    expect(readable(view(contents, rights({ operate: 'yes' })))).toContain('Your requests');
    expect(readable(view(contents, rights({ approve: 'yes' })))).toContain('Waiting for your decision');
    expect(readable(view(undefined, { permissions: permissions(all('no')) }))).not.toContain('Today');
  });

  test('while the store or Slack is away: one sentence and Refresh', () => {
    for (const [contents, words] of [
      ['away', HOME_AWAY],
      ['checking', HOME_CHECKING],
    ] as const) {
      const shown = view(contents, {
        permissions: contents === 'away' ? permissions(all('yes')) : undefined,
      });
      expect(readable(shown)).toContain(words);
      expect(labelsOf(shown)).toContain('Refresh');
    }
  });

  test('whether somebody approves is not confirmed: that is said, and not that nothing waits', () => {
    const rights = { ...all('yes'), permissions: { ...all('yes').permissions, approve: 'unsure' as const } };
    const words = readable(view(EMPTY, { permissions: permissions(rights) }));
    expect(words).toContain(QUEUE_UNKNOWN);
    expect(words).not.toContain(NOTHING_TO_DECIDE);
  });

  test('SANDBOX in the first line, as configured or as the requests say', () => {
    const first = (contents: HomeState['contents'], state: Partial<HomeState> = {}) =>
      readable({ blocks: view(contents, state).blocks.slice(0, 1) });
    expect(first(EMPTY)).not.toContain('SANDBOX');
    expect(first(EMPTY, { environment: 'sandbox' })).toContain('SANDBOX');
    expect(first({ ...EMPTY, waiting: [batch({ environment: 'sandbox' })] })).toContain('SANDBOX');
  });

  test('text from outside stays text, of one link and of several', () => {
    fc.assert(
      fc.property(fc.array(hostileRequest, { maxLength: 6 }), fc.boolean(), (requests, isOpen) => {
        const batches = requests.flatMap((one, index) => batchOf([{ ...one, batchId: `b${index}` }]) ?? []);
        const shown = view({ ...EMPTY, waiting: isOpen ? batches : [], own: batches, decided: batches });
        expect(textsOf(shown.blocks, 'mrkdwn').join('\n')).not.toContain(MARK);
        const selection = {
          ready: batches,
          left: batches.map((one) => ({ batch: one, why: 'finished' as const })),
        };
        const modal = approveSelectedModal('{}', selection);
        expect(problemsOfView(modal)).toEqual([]);
        expect(textsOf(modal.blocks, 'mrkdwn').join('\n')).not.toContain(MARK);
      }),
      { numRuns: size(60, 200) },
    );
  });

  test.each([
    ['latin', 'Wxyz '],
    ['devanagari', 'राहुल शर्मा '],
    ['arabic', 'سلمان '],
    ['emoji', '👩‍👩‍👧❤️ '],
  ])('the longest names in %s fit', (_name, piece) => {
    const words = piece.repeat(600);
    const contact = { name: words, email: words, mobile: words };
    const changes = { contact, purpose: words, reason: words, emergencyAllowed: true };
    const own = [...many(10, changes), batch({ ...changes, ...DECIDED, status: 'approved', problem: words })];
    const shown = view({ ...EMPTY, waiting: [...many(300, changes), batch(changes, 20)], own, decided: own });
    expect(labelsOf(shown).filter((label) => label === 'Approve').length).toBeGreaterThanOrEqual(8);
    const modal = approveSelectedModal('{}', { ready: many(50, changes), left: [] });
    expect(problemsOfView(modal)).toEqual([]);
    expect(readable(modal)).toContain('Approve 50 cancellations, ₹1,25,00,000.00 in total?');
  });

  test('a link past its expiry is no link that expires soon', () => {
    const past = batch({ linkExpiresAt: NOW - DAY_MS });
    expect(readable(view({ ...EMPTY, waiting: [past] }))).not.toContain('⚡');
  });
});
