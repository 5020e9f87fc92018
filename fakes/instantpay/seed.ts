/** Owns the links the local InstantPay starts with: the same for the same seed, with ages relative to the clock. */

import { DAY_MS, HOUR_MS, MINUTE_MS } from './time.ts';
import {
  ACTIVATED_BEFORE_MS,
  type Activity,
  type DemoLink,
  KNOWN_STATUSES,
  type KnownStatus,
  linkIdOf,
  orderIdOf,
} from './ledger.ts';
import { makePeople, type Person, PURPOSES, pick, seededRandom } from './people.ts';

/** Links every test and tour can rely on. Each has a person of its own, so that a search finds one. */
export const WELL_KNOWN = {
  issued: '6570a0000000000000000001',
  /** Expires within the next hour. */
  issuedExpiring: '6570a0000000000000000002',
  issuedLarge: '6570a0000000000000000003',
  processing: '6570a0000000000000000004',
  claimed: '6570a0000000000000000005',
  expired: '6570a0000000000000000006',
  cancelled: '6570a0000000000000000007',
  /** Its name, purpose and description try to mention people and to format. */
  hostile: '6570a0000000000000000008',
} as const;

export const WELL_KNOWN_PEOPLE: Record<keyof typeof WELL_KNOWN, Person> = {
  issued: { name: 'Zubin Wadia', email: 'zubin.wadia@mail.example', mobile: '9820011101' },
  issuedExpiring: { name: 'Yamini Oommen', email: 'yamini@post.example', mobile: '9820011102' },
  issuedLarge: { name: 'Quresh Textiles', email: 'accounts@quresh.example', mobile: '9820011103' },
  processing: { name: 'Oindrila Lahiri', email: 'oindrila@mail.example', mobile: '9820011104' },
  claimed: { name: 'Upendra Bhosale', email: 'upendra.b@inbox.example', mobile: '9820011105' },
  expired: { name: 'Elango Xavier', email: 'elango@post.example', mobile: '9820011106' },
  cancelled: { name: 'Waheeda Quazi', email: 'waheeda@mail.example', mobile: '9820011107' },
  hostile: { name: 'Traders <!channel> & *Sons*', email: 'traders@mail.example', mobile: '9820011108' },
};

const COUNTS: Record<KnownStatus, number> = {
  ISSUED: 70,
  PROCESSING: 14,
  CLAIMED: 88,
  EXPIRED: 38,
  CANCELLED: 22,
};

/** How long before now a link reached its status: under an hour, a day, three days, and longer (the digest's ages). */
const AGES: [number, number][] = [
  [5 * MINUTE_MS, HOUR_MS],
  [HOUR_MS, DAY_MS],
  [DAY_MS, 3 * DAY_MS],
  [3 * DAY_MS, 45 * DAY_MS],
];

const CODE_LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789'.split('');

const VALID_DAYS = [3, 7, 7, 15, 30];

interface Draft {
  linkId: string;
  person: Person;
  status: KnownStatus;
  createdAt: number;
  /** When it reached its status. */
  changedAt: number;
  expiresAt: number;
  amountPaise: number;
  purpose: string;
  description: string;
}

export function seedLinks(seed: number, now: number): DemoLink[] {
  const random = seededRandom(seed);
  const people = makePeople(44, random);
  const links = wellKnownDrafts(now).map((draft) => toLink(draft, random));
  for (const status of KNOWN_STATUSES) {
    for (let index = 0; index < COUNTS[status]; index += 1) {
      const draft = makeDraft(status, index, now, pick(people, random), random);
      links.push(toLink(draft, random));
    }
  }
  return links;
}

function between(from: number, to: number, random: () => number): number {
  return Math.floor(from + random() * (to - from));
}

function makeDraft(
  status: KnownStatus,
  index: number,
  now: number,
  person: Person,
  random: () => number,
): Draft {
  const [youngest, oldest] = AGES[index % AGES.length] ?? [HOUR_MS, DAY_MS];
  // Few payouts hang for weeks.
  const changedAt =
    now - between(youngest, status === 'PROCESSING' ? Math.min(oldest, 6 * DAY_MS) : oldest, random);
  const validMs = pick(VALID_DAYS, random) * DAY_MS;
  let createdAt = changedAt - between(10 * MINUTE_MS, 2 * DAY_MS, random);
  let expiresAt = createdAt + validMs;
  if (status === 'EXPIRED') {
    createdAt = changedAt - validMs;
    expiresAt = changedAt;
  } else if (status === 'ISSUED') {
    createdAt = changedAt;
    expiresAt = now + between(2 * HOUR_MS, validMs, random);
  }
  const { purpose, description, fromRupees, toRupees } = pick(PURPOSES, random);
  // Small amounts are more common than large ones.
  const rupees = fromRupees + (toRupees - fromRupees) * random() ** 3;
  const amountPaise = random() < 0.4 ? Math.round(rupees) * 100 : Math.round(rupees * 100);
  const linkId = objectId(createdAt, random);
  return { linkId, person, status, createdAt, changedAt, expiresAt, amountPaise, purpose, description };
}

function objectId(createdAt: number, random: () => number): string {
  return linkIdOf(
    createdAt,
    Array.from({ length: 16 }, () => Math.floor(random() * 16).toString(16)).join(''),
  );
}

function wellKnownDrafts(now: number): Draft[] {
  const draft = (name: keyof typeof WELL_KNOWN, status: KnownStatus, amountPaise: number): Draft => ({
    linkId: WELL_KNOWN[name],
    person: WELL_KNOWN_PEOPLE[name],
    status,
    createdAt: now - 2 * DAY_MS,
    changedAt: now - 5 * HOUR_MS,
    expiresAt: now + 5 * DAY_MS,
    amountPaise,
    purpose: 'vendor payment',
    description: 'Invoice for office chairs',
  });
  return [
    { ...draft('issued', 'ISSUED', 1_250_050), createdAt: now - 3 * HOUR_MS },
    { ...draft('issuedExpiring', 'ISSUED', 499_900), expiresAt: now + 40 * MINUTE_MS },
    draft('issuedLarge', 'ISSUED', 48_750_000),
    draft('processing', 'PROCESSING', 86_125),
    draft('claimed', 'CLAIMED', 12_011),
    { ...draft('expired', 'EXPIRED', 2_350_000), expiresAt: now - 5 * HOUR_MS },
    draft('cancelled', 'CANCELLED', 99_999),
    {
      ...draft('hostile', 'ISSUED', 100),
      purpose: 'refund <!here> `code` <@U0000000000>',
      description: '*bold* _it_ ~no~ <https://phish.example|your bank> call 98200 11108',
    },
  ];
}

function toLink(draft: Draft, random: () => number): DemoLink {
  const { linkId, person, status, createdAt, expiresAt, amountPaise, purpose, description } = draft;
  const code = Array.from({ length: 6 }, () => pick(CODE_LETTERS, random)).join('');
  return {
    linkId,
    status,
    amountPaise,
    purpose,
    description,
    person,
    referenceNo: random() < 0.5 ? 'NA' : `INV-${between(1000, 9999, random)}`,
    orderId: orderIdOf(createdAt, random),
    code,
    paymentModes: random() < 0.5 ? ['ACCOUNT'] : ['ACCOUNT', 'VPA'],
    createdAt,
    activatedAt: createdAt - ACTIVATED_BEFORE_MS,
    expiresAt,
    activity: historyOf(draft, random),
  };
}

/** The real texts hold the recipient's number and address in the clear, and so do these (R7). */
function historyOf({ person, status, createdAt, changedAt }: Draft, random: () => number): Activity[] {
  const account = {
    accountType: 'ACCOUNT',
    accountNumber: String(between(1e13, 9e13, random)),
    accountIfsc: pick(['HDFC0000123', 'SBIN0004567', 'ICIC0000890', 'UTIB0000321'], random),
  };
  const withOrder = (text: string, at: number): Activity => ({
    status: text,
    at,
    orderId: orderIdOf(at, random),
    ...account,
  });
  const history: Activity[] = [
    { status: 'Payout link created', at: createdAt },
    { status: `Payout link notification sent to ${person.mobile} and ${person.email}`, at: createdAt + 1000 },
  ];
  if (status === 'PROCESSING' || status === 'CLAIMED') {
    history.push(withOrder('Beneficiary verification successful', changedAt - 6000));
  }
  if (status === 'PROCESSING') history.push(withOrder('Payout under process', changedAt));
  if (status === 'CLAIMED') history.push(withOrder('Link Claimed successfully', changedAt));
  if (status === 'CANCELLED') history.push({ status: 'Payout link cancelled', at: changedAt });
  if (status === 'EXPIRED') history.push({ status: 'Payout link expired', at: changedAt });
  return history;
}
