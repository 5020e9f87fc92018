/** Owns what the typed text of `/payout` becomes. */

import { tooManyLinks } from '../../../src/payouts/cancel/words.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CommandOf } from '../../../src/slack/parse/command.ts';
import { parseCommand } from '../../../src/slack/parse/parse.ts';
import { PROBLEMS } from '../../../src/slack/parse/problems.ts';
import { edits, suggested } from '../../../src/slack/parse/near.ts';
import {
  ALIASES,
  COMMAND_NAMES,
  COMMAND_WORDS,
  commandNamed,
  SYNONYMS,
} from '../../../src/slack/parse/vocabulary.ts';
import { COMMAND_NEEDS } from '../../../src/slack/views/help.ts';

const TODAY = '2026-11-21';
const ID = '6578262c5e6c5b4a6d3f1a2b';

const parse = (text: string) => parseCommand(text, TODAY);

function understood(text: string) {
  const parsed = parse(text);
  if (!parsed.ok) throw new Error(`not understood: ${parsed.problem}`);
  return parsed.command;
}

function refused(text: string) {
  const parsed = parse(text);
  if (parsed.ok) throw new Error(`understood as ${JSON.stringify(parsed.command)}`);
  return parsed;
}

const byId = { kind: 'id', linkId: ID };
const OTHER_ID = `${ID.slice(0, 23)}c`;
const byOther = { kind: 'id', linkId: OTHER_ID };
const byContact = (contact: string) => ({ kind: 'contact', contact });

describe('commands', () => {
  test.each([
    ['', { name: 'help', about: undefined }],
    ['  HELP  ', { name: 'help', about: undefined }],
    ['help Cancel', { name: 'help', about: 'cancel' }],
    ['help Words', { name: 'help', about: 'words' }],
    ['whoami', { name: 'whoami' }],
    ['/payout digest', { name: 'digest', action: 'show' }],
    ['digest subscribe', { name: 'digest', action: 'subscribe' }],
    ['Digest Unsubscribe', { name: 'digest', action: 'unsubscribe' }],
    ['digest schedules', { name: 'digest', action: 'list' }],
    ['Approvals', { name: 'approvals' }],
    ['away', { name: 'away', lend: undefined }],
    ['away <@U0ASHA1|asha> until 30 Nov', { name: 'away', lend: { deputyId: 'U0ASHA1', day: '2026-11-30' } }],
    ['away until tomorrow <@U0ASHA1>', { name: 'away', lend: { deputyId: 'U0ASHA1', day: '2026-11-22' } }],
    ['Away <@U0ASHA1> today', { name: 'away', lend: { deputyId: 'U0ASHA1', day: '2026-11-21' } }],
    [
      '/payout away <@U0ASHA1> until next friday',
      { name: 'away', lend: { deputyId: 'U0ASHA1', day: '2026-11-27' } },
    ],
    [
      'away <@U0ASHA1|a b> till 2027-01-02',
      { name: 'away', lend: { deputyId: 'U0ASHA1', day: '2027-01-02' } },
    ],
    ['back', { name: 'back' }],
    [`TRACK   ${ID.toUpperCase()}  `, { name: 'track', target: byId }],
    [`track \`${ID}\``, { name: 'track', target: byId }],
    [
      'track <https://instant.pe/LS25FH|instant.pe/LS25FH>',
      { name: 'track', target: { kind: 'url', url: 'https://instant.pe/LS25FH' } },
    ],
    ['track <tel:+919876543210|+91 98765 43210>', { name: 'track', target: byContact('+91 98765 43210') }],
    [`notify ${ID}, ${OTHER_ID}`, { name: 'notify', targets: [byId, byOther] }],
    ['stuck', { name: 'stuck', for: undefined }],
    ['stuck 24h', { name: 'stuck', for: { forMs: 24 * 3_600_000 } }],
    ['stuck for 3 days', { name: 'stuck', for: { forMs: 72 * 3_600_000 } }],
    ['STUCK Longer than 90 minutes', { name: 'stuck', for: { forMs: 90 * 60_000 } }],
    ['stuck since yesterday', { name: 'stuck', for: { sinceDay: '2026-11-20' } }],
    ['stuck since 3 days ago', { name: 'stuck', for: { sinceDay: '2026-11-18' } }],
    ['stuck since today', { name: 'stuck', for: { sinceDay: TODAY } }],
    ['stuck since 16 Nov 2026', { name: 'stuck', for: { sinceDay: '2026-11-16' } }],
    ['stuck since monday', { name: 'stuck', for: { sinceDay: '2026-11-16' } }],
    ['expiring', { name: 'expiring', withinMs: undefined }],
    ['expiring 48h', { name: 'expiring', withinMs: 48 * 3_600_000 }],
    ['expiring 6 hours', { name: 'expiring', withinMs: 6 * 3_600_000 }],
    ['expiring within 2 days', { name: 'expiring', withinMs: 48 * 3_600_000 }],
    ['EXPIRING in 90 Minutes', { name: 'expiring', withinMs: 90 * 60_000 }],
    ['expiring 90d', { name: 'expiring', withinMs: 90 * 86_400_000 }],
    ['notify 98765 43210', { name: 'notify', targets: [byContact('98765 43210')] }],
    ['notify <mailto:asha@b.in|asha@b.in>', { name: 'notify', targets: [byContact('asha@b.in')] }],
    ['notify Rao &amp; Sons', { name: 'notify', targets: [byContact('Rao & Sons')] }],
  ])('%s', (text, command) => {
    expect(understood(text)).toEqual(command);
  });

  test.each([
    [`${ID} duplicate invoice`, byId, 'duplicate invoice'],
    [ID, byId, undefined],
    ['INV-118 duplicate', { kind: 'reference', reference: 'INV-118' }, 'duplicate'],
    ['1261120063012ABCDE paid twice', { kind: 'order', orderId: '1261120063012ABCDE' }, 'paid twice'],
    ['7Eleven', { kind: 'reference', reference: '7Eleven' }, undefined],
    ['“Asha Rao” duplicate invoice', byContact('Asha Rao'), 'duplicate invoice'],
    ["'Asha Rao' duplicate", byContact('Asha Rao'), 'duplicate'],
    [`"${ID}" wrong amount`, byId, 'wrong amount'],
    ['"Asha Rao"', byContact('Asha Rao'), undefined],
    ['+91 98765 43210 sent 2 times', byContact('+91 98765 43210'), 'sent 2 times'],
    ['9876543210 2 invoices', byContact('9876543210'), '2 invoices'],
    ['<mailto:a@b.in|a@b.in> left the company', byContact('a@b.in'), 'left the company'],
    [
      '<https://instant.pe/LS25FH> paid by &lt;NEFT&gt;',
      { kind: 'url', url: 'https://instant.pe/LS25FH' },
      'paid by <NEFT>',
    ],
  ])('cancel %s', (rest, target, reason) => {
    expect(understood(`cancel ${rest}`)).toEqual({ name: 'cancel', targets: [target], reason });
  });

  test.each([['Asha Rao duplicate invoice'], ['24x7 Services'], [`Asha ${'paid twice '.repeat(60).trim()}`]])(
    'cancel %s: which words are the recipient’s is not known yet',
    (text) => {
      const contact = byContact(text);
      expect(understood(`cancel ${text}`)).toEqual({
        name: 'cancel',
        targets: [contact],
        reason: undefined,
        loose: true,
      });
    },
  );

  test.each([
    [`${ID} ${OTHER_ID}`, [byId, byOther], undefined],
    [`${ID}, ${OTHER_ID}; supplier is insolvent`, [byId, byOther], 'supplier is insolvent'],
    [
      `${ID} <https://instant.pe/LS25FH> paid`,
      [byId, { kind: 'url', url: 'https://instant.pe/LS25FH' }],
      'paid',
    ],
    [Array(20).fill(ID).join(' '), Array.from({ length: 20 }, () => byId), undefined],
  ])('cancel %s: several links', (rest, targets, reason) => {
    expect(understood(`cancel ${rest}`)).toEqual({ name: 'cancel', targets, reason });
  });

  test.each([
    ['', [], undefined],
    ['all', [], undefined],
    ['issued', ['ISSUED'], undefined],
    ['Issued,EXPIRED  issued', ['ISSUED', 'EXPIRED'], undefined],
    ['canceled', ['CANCELLED'], undefined],
    ['contact Asha Rao', [], 'Asha Rao'],
    ['expired contact: "Asha Rao"', ['EXPIRED'], 'Asha Rao'],
    ['processing, contact <tel:9876543210|98765 43210>', ['PROCESSING'], '98765 43210'],
    ['Asha Rao', [], 'Asha Rao'],
    ['toString', [], 'toString'],
    ['issued “Asha Rao”', ['ISSUED'], 'Asha Rao'],
    ['expired, processing 98765 43210', ['EXPIRED', 'PROCESSING'], '98765 43210'],
    ['all Asha', [], 'Asha'],
    ['<mailto:asha@b.in|asha@b.in>', [], 'asha@b.in'],
    ['issued bogus', ['ISSUED'], 'bogus'],
  ])('list %s', (rest, statuses, contact) => {
    const isContact = /contact/.test(rest) ? { isContact: true } : {};
    expect(understood(`list ${rest}`)).toEqual({ name: 'list', statuses, contact, ...isContact });
  });

  test.each<[string, Partial<CommandOf<'list'>>]>([
    ['since monday', { from: '2026-11-16' }],
    ['from 20/11', { from: '2026-11-20' }],
    ['before 20 Nov', { to: '2026-11-19' }],
    ['on 20 Nov 2026', { from: '2026-11-20', to: '2026-11-20' }],
    ['since 3 days ago before yesterday', { from: '2026-11-18', to: '2026-11-19' }],
    ['since last week', { from: '2026-11-09' }],
    [
      'issued above 1 lakh since last week',
      { statuses: ['ISSUED'], overPaise: 1_00_000_00, from: '2026-11-09' },
    ],
    ['from last 7 days, expired', { from: '2026-11-15', statuses: ['EXPIRED'] }],
    ['on last month', { from: '2026-10-01', to: '2026-10-31' }],
    ['before this month', { to: '2026-10-31' }],
    ['since october', { from: '2026-10-01' }],
    ['From May Traders', { contact: 'From May Traders' }],
    ['over 50000', { overPaise: 50_000_00 }],
    ['above ₹1,00,000.50, under 2 lakh', { overPaise: 1_00_000_50, underPaise: 2_00_000_00 }],
    ['below Rs 1.5cr', { underPaise: 1_50_00_000_00 }],
    ['sort largest', { sort: 'largest' }],
    ['sorted by expiry', { sort: 'expiring' }],
    ['sort soonest, issued', { sort: 'expiring', statuses: ['ISSUED'] }],
    [
      'over 50k Asha Rao expired sort newest since last friday',
      {
        overPaise: 50_000_00,
        contact: 'Asha Rao',
        statuses: ['EXPIRED'],
        sort: 'newest',
        from: '2026-11-20',
      },
    ],
    [
      'contact Asha Rao since monday issued',
      { contact: 'Asha Rao', isContact: true, from: '2026-11-16', statuses: ['ISSUED'] },
    ],
    ['“Over and Under” over 5', { contact: 'Over and Under', overPaise: 500 }],
    // After `contact`, and where a word only may mean a filter, a name stays a name.
    ['contact On Time Ltd', { contact: 'On Time Ltd', isContact: true }],
    ['contact Rao Since Traders', { contact: 'Rao Since Traders', isContact: true }],
    ['Above Board Ltd', { contact: 'Above Board Ltd' }],
    ['From Us', { contact: 'From Us' }],
    ['contact All Star', { contact: 'All Star', isContact: true }],
    ['saved', { saved: { kind: 'all' } }],
    ['save urgent', { saved: { kind: 'save last', as: 'urgent' } }],
    ['save "big  ones"', { saved: { kind: 'save last', as: 'big ones' } }],
    [
      'save urgent issued over 50000',
      { saved: { kind: 'save', as: 'urgent' }, statuses: ['ISSUED'], overPaise: 50_000_00 },
    ],
    ['save “vendor Asha” Asha', { saved: { kind: 'save', as: 'vendor Asha' }, contact: 'Asha' }],
    ['contact save', { contact: 'save', isContact: true }],
  ])('list %s: in any order', (rest, expected) => {
    expect(understood(`list ${rest}`)).toEqual({
      name: 'list',
      statuses: [],
      contact: undefined,
      ...expected,
    });
  });

  test.each([
    ['on 29 Feb 2027', PROBLEMS.unknownListDay('on', '“29”')],
    ['since Feb 29, 2027', PROBLEMS.unknownListDay('since', '“Feb”')],
    ['since mondya', PROBLEMS.unknownListDay('since', '“mondya”')],
    ['issued on', PROBLEMS.unknownListDay('on', '“—”')],
    ['over much', PROBLEMS.unknownAmount('over', '“much”')],
    ['under -5', PROBLEMS.unknownAmount('under', '“-5”')],
    ['sort', PROBLEMS.unknownSort('“—”')],
    ['sort by colour', PROBLEMS.unknownSort('“colour”')],
    ['since monday since friday', PROBLEMS.givenTwice('“since 2026-11-20”')],
    ['over 5 over 6', PROBLEMS.givenTwice('“over”')],
    ['sort newest sort largest', PROBLEMS.givenTwice('“sort largest”')],
    ['since friday before monday', PROBLEMS.listDays],
    ['over 6 under 6', PROBLEMS.listAmounts],
    ['Asha since monday Rao', PROBLEMS.oneContact('“Rao”')],
    ['“Asha” Rao', PROBLEMS.oneContact('“Rao”')],
    ['contact Asha contact Rao', PROBLEMS.oneContact('“Rao”')],
    ['save', PROBLEMS.noListName],
    ['save issued', PROBLEMS.reservedListName('“issued”')],
    ['save cancel', PROBLEMS.reservedListName('“cancel”')],
    ['save monday', PROBLEMS.reservedListName('“monday”')],
    ['save open', PROBLEMS.reservedListName('“open”')],
    ['save sort', PROBLEMS.reservedListName('“sort”')],
    ['save 9820011101', 'four digits'],
    ['save <!channel>', 'letters, digits'],
    ['saved urgent', PROBLEMS.savedTakesNothing],
  ])('list %s: the word that is wrong is named', (rest, words) => {
    expect(refused(`list ${rest}`)).toMatchObject({ about: 'list' });
    expect(refused(`list ${rest}`).problem).toContain(words);
  });

  test.each([
    ['sinc monday issued', ['list since monday issued', 'list contact sinc monday issued']],
    ['expired ovr 50000', ['list expired over 50000', 'list expired contact ovr 50000']],
    ['since Ltd', ['list contact since Ltd']],
    [
      'isued above 1 lakh since last week',
      ['list ISSUED above 1 lakh since last week', 'list contact isued above 1 lakh since last week'],
    ],
    ['issued above 1 lakh since lst week', ['list issued above 1 lakh contact since lst week']],
    [
      'issued abve 1 lakh since last week',
      ['list issued above 1 lakh since last week', 'list issued contact abve 1 lakh since last week'],
    ],
    ['above 5 srot largest', ['list above 5 sort largest', 'list above 5 contact srot largest']],
    ['issued sort by bigest above 5', ['list issued sort by biggest above 5']],
    // A second recipient would be refused: only what can be meant is offered.
    ['Asha issued sinc monday', ['list Asha issued since monday']],
    ['Asha sinc monday', ['list Asha since monday', 'list contact Asha sinc monday']],
    ['paid contact Asha', ['list CLAIMED contact Asha']],
    ['Asha issued since Ltd', []],
    ['Asha over much', ['list contact Asha over much']],
    ['above 5 pending Asha', ['approvals', 'list above 5 ISSUED Asha']],
    [
      'save "big ones" isued above 5',
      ['list save "big ones" ISSUED above 5', 'list save "big ones" contact isued above 5'],
    ],
  ])('list %s: what was meant is offered with everything typed', (rest, suggestions) => {
    expect(refused(`list ${rest}`).suggestions.map(({ typed }) => typed)).toEqual(suggestions);
  });

  test.each([
    ['R1 20 Nov', 'R1', '2026-11-20', undefined, false],
    ['R1 20 Nov 2026', 'R1', '2026-11-20', undefined, false],
    ['R1 20-11-2026 AEPS', 'R1', '2026-11-20', undefined, true],
    ['R1 today 9:05', 'R1', '2026-11-21', '09:05', false],
    ['R1 aeps yesterday 2:30 pm', 'R1', '2026-11-20', '14:30', true],
    ['R1 20 Nov 14:30 IST aeps', 'R1', '2026-11-20', '14:30', true],
    ['20 Nov R1', 'R1', '2026-11-20', undefined, false],
    ['aeps today', 'aeps', '2026-11-21', undefined, false],
    ['R1 20/11', 'R1', '2026-11-20', undefined, false],
    ['R1 monday 14:30', 'R1', '2026-11-16', '14:30', false],
    ['last friday R1', 'R1', '2026-11-20', undefined, false],
    ['R1 3 days ago aeps', 'R1', '2026-11-18', undefined, true],
  ])('txn %s', (rest, externalRef, date, time, aeps) => {
    expect(understood(`txn ${rest}`)).toEqual({ name: 'txn', externalRef, date, time, aeps });
  });

  test.each([
    ['', {}],
    ['csv', { csv: true }],
    ['<@U0123ABCD|asha rao> csv', { actorId: 'U0123ABCD', csv: true }],
    [`CSV ${ID} <@W0123ABCD>`, { linkId: ID, actorId: 'W0123ABCD', csv: true }],
    ['yesterday', { from: '2026-11-20' }],
    ['since monday', { from: '2026-11-16' }],
    ['3 days ago yesterday', { from: '2026-11-18', to: '2026-11-20' }],
    ['last friday 20/11 csv', { from: '2026-11-20', to: '2026-11-20', csv: true }],
    ['1 Nov 20 Nov', { from: '2026-11-01', to: '2026-11-20' }],
    [
      `from 1 November 2026 to 2026-11-20 ${ID} csv`,
      { linkId: ID, from: '2026-11-01', to: '2026-11-20', csv: true },
    ],
    ['last week', { from: '2026-11-09', to: '2026-11-15' }],
    ['cancels november', { cancels: true, from: '2026-11-01', to: '2026-11-21' }],
    [
      '<@U0123ABCD> Last 7 days csv',
      { actorId: 'U0123ABCD', from: '2026-11-15', to: '2026-11-21', csv: true },
    ],
    ['last monday today', { from: '2026-11-16', to: '2026-11-21' }],
    ['2026-11-01..2026-11-20 csv', { from: '2026-11-01', to: '2026-11-20', csv: true }],
    ['20 nov cancellations', { from: '2026-11-20', cancels: true }],
    ['<@U0123ABCD> today today', { actorId: 'U0123ABCD', from: '2026-11-21', to: '2026-11-21' }],
  ])('audit %s', (rest, given) => {
    const nothing = {
      linkId: undefined,
      actorId: undefined,
      cancels: false,
      from: undefined,
      to: undefined,
      csv: false,
    };
    expect(understood(`audit ${rest}`)).toEqual({ name: 'audit', ...nothing, ...given });
  });

  test.each(COMMAND_NAMES.flatMap((name) => COMMAND_WORDS[name].examples))(
    'the example %s is understood',
    (example) => {
      const slackText = example.replace('/payout', '').replace('@asha', '<@U0123ABCD|asha>');
      const name = example.split(' ')[1] ?? '';
      expect(understood(slackText).name).toBe(commandNamed(name) ?? 'track');
    },
  );
});

describe('what is no command', () => {
  const track = (target: object) => ({ name: 'track', target });

  test.each([
    [ID, track(byId)],
    [ID.toUpperCase(), track(byId)],
    [`\`${ID}\``, track(byId)],
    ['9820011101', track(byContact('9820011101'))],
    ['+91-98200 11101', track(byContact('+91-98200 11101'))],
    ['098200-11101', track(byContact('098200-11101'))],
    ['<tel:+919820011101|+91 98200 11101>', track(byContact('+91 98200 11101'))],
    ['<tel:9820011101>', track(byContact('9820011101'))],
    ['<mailto:asha@b.in|asha@b.in>', track(byContact('asha@b.in'))],
    ['Asha Rao', track(byContact('Asha Rao'))],
    ['“Asha Rao”', track(byContact('Asha Rao'))],
    ['दीपा', track(byContact('दीपा'))],
    ['<https://instant.pe/LS25FH>', track({ kind: 'url', url: 'https://instant.pe/LS25FH' })],
    ['<http://instant.pe/LS25FH|instant.pe/LS25FH>', track({ kind: 'url', url: 'http://instant.pe/LS25FH' })],
    ['1261120063012ABCDE', track({ kind: 'order', orderId: '1261120063012ABCDE' })],
    ['INV-118', track({ kind: 'reference', reference: 'INV-118' })],
    ['202611200001', track({ kind: 'reference', reference: '202611200001' })],
    [`status ${ID}`, track(byId)],
    ['Find Asha', track(byContact('Asha'))],
    ['show 9820011101', track(byContact('9820011101'))],
    ['check asha@b.in', track(byContact('asha@b.in'))],
    [`remind ${ID}`, { name: 'notify', targets: [byId] }],
    ['expired', { name: 'list', statuses: ['EXPIRED'], contact: undefined }],
    ['Processing expired Asha', { name: 'list', statuses: ['PROCESSING', 'EXPIRED'], contact: 'Asha' }],
    ['canceled', { name: 'list', statuses: ['CANCELLED'], contact: undefined }],
    [`void ${ID} paid twice`, track(byId)],
    ['delete Asha', track(byContact('Asha'))],
    ['stop 98200 11101 duplicate', track(byContact('98200 11101'))],
    [`resend ${ID}`, track(byId)],
    ['constructor', track(byContact('constructor'))],
  ])('%s is looked up', (text, command) => {
    expect(understood(text)).toEqual(command);
  });

  test.each([
    ['Lisa', ['list']],
    ['trak Asha Rao', ['track Asha Rao']],
    ['Audi Motors', ['audit Motors']],
    ['cancle Asha Rao duplicate', ['cancel Asha Rao duplicate']],
    ['tnx R1 20 Nov', ['txn R1 20 Nov']],
    ['history Asha', ['audit Asha']],
    ['Holiday Inn', ['help away']],
    ['xyzzy', undefined],
  ])('%s: near commands are offered when no link is found', (text, near) => {
    const command = understood(text);
    if (command.name !== 'track') throw new Error(command.name);
    expect(command.near?.map(({ typed }) => typed)).toEqual(near);
  });
});

describe('a guess', () => {
  const changes = COMMAND_NAMES.filter((name) => ['operate', 'approve'].includes(COMMAND_NEEDS[name] ?? ''));
  const named = (name: string) => [name, ...ALIASES.keys().filter((alias) => ALIASES.get(alias) === name)];

  test('never proposes what changes something for a word that is more than one edit away', () => {
    expect(changes).toContain('cancel');
    for (const word of [...SYNONYMS.keys(), 'cnacle', 'notffy', 'cancelling', 'awayy', 'bakc', 'reminding']) {
      const wrong = suggested(word).filter(
        (name) => changes.includes(name) && named(name).every((one) => edits(word, one) > 1),
      );
      expect(wrong, word).toEqual([]);
    }
  });

  test.each([
    ['cancel', 'cancel', 0],
    ['cancle', 'cancel', 1],
    ['acncel', 'cancel', 1],
    ['cancl', 'cancel', 1],
    ['cancell', 'cancel', 1],
    ['cansel', 'cancel', 1],
    ['cnacle', 'cancel', 2],
    ['', 'abc', 3],
    ['abc', '', 3],
    ['delegate', 'delete', 2],
    ['ab', 'ba', 1],
    ['abc', 'bca', 2],
  ])('%s is %s after %i edits', (one, other, count) => {
    expect(edits(one, other)).toBe(count);
    expect(edits(other, one)).toBe(count);
  });
});

describe('what is not understood', () => {
  test.each([
    ['cancle 9876543210 duplicate', undefined, ['cancel 9876543210 duplicate']],
    [
      'cacnel <tel:+919876543210|98765 43210> a &amp; b',
      undefined,
      ['cancel <tel:+919876543210|98765 43210> a &amp; b'],
    ],
    ['trakc "Asha Rao"', undefined, ['track "Asha Rao"']],
    [`notfy ${ID}`, undefined, [`notify ${ID}`]],
    [`notfyy ${ID}`, undefined, undefined],
    ['void', undefined, ['help cancel']],
    ['resend', undefined, ['help notify']],
    ['transaction', undefined, ['txn']],
    ['approve', undefined, ['approvals']],
    ['hi', undefined, ['help']],
    ['delegate <@U0123ABCD|asha> until friday', undefined, ['help away']],
    ['bakc', undefined, undefined],
    ['pending', undefined, ['approvals', 'list ISSUED']],
    ['list pending Asha', undefined, ['approvals', 'list ISSUED Asha']],
    ['status', 'track', []],
    [`track ${ID} please`, 'track', [`track ${ID}`]],
    ['98765 43210 duplicate', 'track', ['track 98765 43210']],
    ['list isued Asha', 'list', ['list ISSUED Asha', 'list contact isued Asha']],
    ['list expired paid', 'list', ['list expired CLAIMED', 'list expired contact paid']],
    ['pending above 5', undefined, ['approvals', 'list ISSUED above 5']],
    ['txn R1', 'txn', []],
    ['txn R1 14:30 aeps', 'txn', []],
    ['digest subscribe "0 9 * * *"', 'digest', ['digest']],
    [`watch ${ID} again`, 'watch', []],
    ['help void', 'cancel', ['help cancel']],
    ['help trakc', 'track', ['help track']],
    ['😀', 'track', []],
  ])('%s', (text, about, suggestions) => {
    const parsed = parse(text);
    if (suggestions === undefined) {
      expect(parsed.ok).toBe(true);
      return;
    }
    const answer = refused(text);
    expect(answer.about).toBe(about);
    expect(answer.suggestions.map(({ typed }) => typed)).toEqual(suggestions);
  });

  test('a suggestion keeps what Slack sent, and shows nothing private of it', () => {
    const lookedUp = understood('audti <@U0123ABCD|asha> csv');
    expect(lookedUp).toMatchObject({
      near: [{ typed: 'audit <@U0123ABCD|asha> csv', shown: '/payout audit @asha csv' }],
    });
    const [masked] = refused('cancle 9876543210 duplicate').suggestions;
    expect(masked?.shown).toBe('/payout cancel ******3210 duplicate');
    expect(understood(masked?.typed ?? '')).toEqual({
      name: 'cancel',
      targets: [byContact('9876543210')],
      reason: 'duplicate',
    });
  });

  test.each([
    ['track', PROBLEMS.noLink],
    [`track ${ID.slice(0, 23)}`, 'this has 23'],
    [`cancel ${ID}0 why`, 'this has 25'],
    [`cancel ${ID} ${ID}0 why`, 'this has 25'],
    [`cancel ${Array(21).fill(ID).join(' ')}`, tooManyLinks(20)],
    [`track ${ID.slice(0, 23)}g`, '“g” is not a hex digit'],
    ['notify https://evil.example/x', 'instant.pe'],
    ['txn NA today', 'not a reference'],
    ['txn R1 31 Feb', PROBLEMS.unknownDay('“31 Feb”')],
    ['txn R1 today 25:00', PROBLEMS.unknownTime('“25:00”')],
    ['list contact', PROBLEMS.noContact],
    ['digest unsubscribe now', PROBLEMS.digest],
    ['digest now', PROBLEMS.digest],
    ['approvals mine', PROBLEMS.approvals],
    ['away until 30 Nov', PROBLEMS.noDeputy],
    ['away asha until 30 Nov', PROBLEMS.noDeputy],
    ['away @asha until 30 Nov', PROBLEMS.unknownPerson],
    ['away <@U0ASHA1>', PROBLEMS.noLastDay],
    ['away <@U0ASHA1> <@U0RAVI1> until 30 Nov', PROBLEMS.oneDeputy],
    ['away <@U0ASHA1> until soon', PROBLEMS.unknownLastDay('“soon”')],
    ['away <@U0ASHA1> until yesterdayish', PROBLEMS.unknownLastDay('“yesterdayish”')],
    ['back now', PROBLEMS.back],
    ['watches now', PROBLEMS.watches],
    ['watch', PROBLEMS.noWatch],
    ['watch txn R1', PROBLEMS.noDay],
    [`watch ${ID} again`, PROBLEMS.textAfterLink],
    ['audit @asha', PROBLEMS.unknownPerson],
    ['audit Asha', PROBLEMS.audit('“Asha”')],
    [ID.slice(1), 'this has 23'],
    [`${ID}0`, 'this has 25'],
    ['audit 20 Nov 1 Nov', PROBLEMS.auditDays],
    ['audit 1 Nov 2 Nov 3 Nov', PROBLEMS.audit('“3”')],
    ['audit 31 Feb', PROBLEMS.audit('“31”')],
    ['audit 2026-13-40', PROBLEMS.audit('“2026-13-40”')],
    ['audit 40/11/2026 csv', PROBLEMS.audit('“40/11/2026”')],
    ['audit 9820-01-11012', PROBLEMS.audit('“*******1012”')],
  ])('%s says what is expected', (text, words) => {
    expect(refused(text).problem).toContain(words);
  });

  test('refuses a contact that would not fit once it is sealed, counted in bytes', () => {
    expect(understood(`list contact ${'अ'.repeat(50)}`).name).toBe('list');
    expect(refused(`list contact ${'अ'.repeat(51)}`).about).toBe('list');
  });

  test('refuses a flood at once and repeats only a clip of long words', () => {
    expect(refused('x'.repeat(200_000)).problem).toContain('2,00,000 characters');
    expect(refused(`cancel ${ID} ${'x'.repeat(1_000)}`).problem).toContain('at most 1,000');
    expect(refused('y'.repeat(900)).problem.length).toBeLessThan(160);
  });

  test('does not repeat a mobile number or an address', () => {
    for (const text of ['trakc 98765 43210', '98765 43210 twice', 'trakc asha@example.in']) {
      const { problem, suggestions } = refused(text);
      expect(suggestions.length).toBeGreaterThan(0);
      expect(JSON.stringify([problem, suggestions.map(({ shown }) => shown)])).not.toMatch(/98765|asha@/);
    }
  });
});

describe('any text', () => {
  const word = fc.oneof(
    fc.constantFrom(
      ...COMMAND_NAMES,
      'contact',
      'csv',
      'aeps',
      '14:30',
      '20',
      'Nov',
      ID,
      '<@U1|x>',
      '"',
      '“',
      '&lt;',
      '<',
      '@',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  const text = fc.array(word, { maxLength: 8 }).map((words) => words.join(' '));

  test('is answered, never thrown at', () => {
    fc.assert(
      fc.property(text, (typed) => {
        const parsed = parse(typed);
        if (parsed.ok) expect(COMMAND_NAMES).toContain(parsed.command.name);
        else expect(parsed.problem.length).toBeLessThan(600);
      }),
      { numRuns: 500 },
    );
  });
});

describe('several links to remind, and the time within which links expire', () => {
  test('whatever is no link behind links is refused: nothing is sent to the others then', () => {
    expect(refused(`notify ${ID} ${OTHER_ID} today`).problem).toBe(PROBLEMS.textAfterLink);
    expect(refused(`notify ${ID} today`).problem).toBe(PROBLEMS.textAfterLink);
  });

  test.each(['tomorrow', '0h', '91d', 'since', '48', 'since 20/12', 'Asha'])(
    'stuck %s is refused',
    (typed) => {
      expect(refused(`stuck ${typed}`)).toMatchObject({
        problem: PROBLEMS.unknownStuck(`“${typed}”`),
        about: 'stuck',
      });
    },
  );

  test.each(['soon', '0h', '91d', '2 weeks', '-3h', '48', '9 9h'])('expiring %s is refused', (typed) => {
    expect(refused(`expiring ${typed}`)).toMatchObject({
      problem: PROBLEMS.unknownWithin(`“${typed}”`),
      about: 'expiring',
    });
  });
});

describe('exports', () => {
  const today = '2026-11-21';
  const links = { name: 'export', what: 'links', statuses: [] };
  test.each([
    ['links 1 Nov 15 Nov', { from: '2026-11-01', to: '2026-11-15' }],
    ['links from 1 Nov to 15 Nov', { from: '2026-11-01', to: '2026-11-15' }],
    ['1 Nov 2025 20/11', { from: '2025-11-01', to: '2026-11-20' }],
    ['links last month', { from: '2026-10-01', to: '2026-10-31' }],
    ['links this month', { from: '2026-11-01', to: today }],
    ['links last 7 days', { from: '2026-11-15', to: today }],
    ['october', { from: '2026-10-01', to: '2026-10-31' }],
    ['links yesterday', { from: '2026-11-20', to: '2026-11-20' }],
    // From then to today.
    ['links 3 days ago', { from: '2026-11-18', to: today }],
    // What has not begun yet is not exported.
    ['links 18 Nov 30 Nov', { from: '2026-11-18', to: today }],
    [
      'links claimed, expired last month',
      { statuses: ['CLAIMED', 'EXPIRED'], from: '2026-10-01', to: '2026-10-31' },
    ],
    ['canceled canceled in october', { statuses: ['CANCELLED'], from: '2026-10-01', to: '2026-10-31' }],
    ['links all last month', { from: '2026-10-01', to: '2026-10-31' }],
    ['audit last week', { what: 'audit', from: '2026-11-09', to: '2026-11-15' }],
  ])('export %s', (rest, given) => {
    expect(understood(`export ${rest}`)).toEqual({ ...links, ...given });
  });

  test.each([
    [
      'export',
      PROBLEMS.exportWhat,
      ['export links this month', 'export links last month', 'export links last 7 days', 'export audit'],
    ],
    [
      'export links',
      PROBLEMS.exportDays,
      ['export links this month', 'export links last month', 'export links last 7 days'],
    ],
    [
      'export claimed',
      PROBLEMS.exportDays,
      [
        'export links CLAIMED this month',
        'export links CLAIMED last month',
        'export links CLAIMED last 7 days',
      ],
    ],
    [
      'export audit',
      PROBLEMS.exportDays,
      ['export audit this month', 'export audit last month', 'export audit last 7 days'],
    ],
    ['export links Asha', PROBLEMS.exportNoDay('“Asha”'), undefined],
    ['export links 15 Nov 1 Nov', PROBLEMS.auditDays, undefined],
    ['export links 1 Nov 2 Nov 3 Nov', PROBLEMS.exportTwoDays, undefined],
    ['export links 30 Nov', PROBLEMS.exportAhead, undefined],
  ])('%s asks for what is missing', (text, problem, typed) => {
    const answer = refused(text);
    expect(answer).toMatchObject({ about: 'export', problem });
    if (typed) expect(answer.suggestions.map((one) => one.typed)).toEqual(typed);
  });
});
