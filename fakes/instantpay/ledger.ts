/** Owns the links of the local InstantPay: their states, and the five operations' view of them. */

import { DAY_MS } from './time.ts';
import { naiveIst } from './envelope.ts';
import type { Person } from './people.ts';

export interface Activity {
  status: string;
  at: number;
  orderId?: string;
  accountType?: string;
  accountNumber?: string;
  accountIfsc?: string;
}

export interface DemoLink {
  linkId: string;
  /** Free text, so that a status nobody has published can be put here. */
  status: string;
  amountPaise: number;
  purpose: string;
  description: string;
  person: Person;
  referenceNo: string;
  orderId: string;
  /** The last part of its URL. */
  code: string;
  paymentModes: string[];
  createdAt: number;
  /** Not the creation: 24 days before it, as in the published sample (R20). */
  activatedAt: number;
  expiresAt: number;
  activity: Activity[];
}

export interface ListQuery {
  statuses: string[];
  contact: string | undefined;
  linkId: string | undefined;
  pageNumber: number;
  recordsPerPage: number;
}

export const KNOWN_STATUSES = ['ISSUED', 'PROCESSING', 'CLAIMED', 'EXPIRED', 'CANCELLED'] as const;
export type KnownStatus = (typeof KNOWN_STATUSES)[number];

const STATUS_TEXT: Record<KnownStatus, string> = {
  ISSUED: 'Payout failed, link issued again',
  PROCESSING: 'Payout under process',
  CLAIMED: 'Link Claimed successfully',
  EXPIRED: 'Payout link expired',
  CANCELLED: 'Payout link cancelled',
};

/** "1231214070644TLWAP": a digit of the year, its day and the UTC time, then letters (R14). */
export function orderIdOf(at: number, random: () => number): string {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(2, 14);
  const letters = Array.from({ length: 5 }, () => String.fromCharCode(65 + Math.floor(random() * 26))).join(
    '',
  );
  return `1${digits}${letters}`;
}

/** As InstantPay makes them: the seconds of the creation, then sixteen digits more. */
export function linkIdOf(createdAt: number, rest: string): string {
  const seconds = Math.floor(createdAt / 1000).toString(16);
  return seconds.padStart(8, '0').slice(-8) + rest.padStart(16, '0').slice(-16);
}

/** How long before its creation a link says it was activated, as in the published sample. */
export const ACTIVATED_BEFORE_MS = 24 * DAY_MS - 85_516_000;

export function makeLedger(seeded: DemoLink[], clock: () => number, random: () => number) {
  const links = new Map(seeded.map((link) => [link.linkId, link]));

  /** A link whose time has passed expires by itself, as the clock that was given goes on. */
  function current(link: DemoLink): DemoLink {
    if (link.status === 'ISSUED' && clock() >= link.expiresAt) {
      link.status = 'EXPIRED';
      link.activity.push({ status: STATUS_TEXT.EXPIRED, at: link.expiresAt });
    }
    return link;
  }

  function find(linkId: string): DemoLink | undefined {
    const link = links.get(linkId);
    return link && current(link);
  }

  function change(link: DemoLink, status: string, text?: string): void {
    link.status = status;
    const known = Object.entries(STATUS_TEXT).find(([name]) => name === status);
    link.activity.push({ status: text ?? known?.[1] ?? `Status is ${status}`, at: clock() });
  }

  function newestFirst(): DemoLink[] {
    return [...links.values()].map(current).sort((a, b) => b.createdAt - a.createdAt);
  }

  return {
    find,
    change,
    newestFirst,

    /** Adds a link; what is not given is made up. */
    add(part: Partial<DemoLink> = {}): DemoLink {
      const now = clock();
      const createdAt = part.createdAt ?? now;
      const linkId = part.linkId ?? linkIdOf(createdAt, (links.size + 1).toString(16));
      const link: DemoLink = {
        linkId,
        status: 'ISSUED',
        amountPaise: 150_000,
        purpose: 'refund',
        description: 'Order returned by the customer',
        person: { name: 'Sunita Rawat', email: 'sunita.rawat@mail.example', mobile: '9819000000' },
        referenceNo: 'NA',
        orderId: orderIdOf(now, random),
        code: linkId.slice(-6),
        paymentModes: ['ACCOUNT'],
        createdAt,
        activatedAt: createdAt - ACTIVATED_BEFORE_MS,
        expiresAt: now + 7 * DAY_MS,
        activity: [{ status: 'Payout link created', at: createdAt }],
        ...part,
      };
      links.set(linkId, link);
      return link;
    },

    /** The list moves: one link is no longer in it. */
    leave(linkId: string): void {
      links.delete(linkId);
    },

    /** The recipient enters an account: from now on the history has it, with an order of its own. */
    claim(link: DemoLink): void {
      change(link, 'PROCESSING');
      const entry = link.activity.at(-1);
      const account = { accountType: 'ACCOUNT', accountNumber: '50100123451786', accountIfsc: 'HDFC0000123' };
      if (entry) Object.assign(entry, account, { orderId: orderIdOf(entry.at, random) });
    },

    /** True when the link was ISSUED and is CANCELLED now. */
    cancel(link: DemoLink): boolean {
      if (link.status !== 'ISSUED') return false;
      change(link, 'CANCELLED');
      return true;
    },

    /** The message of the answer when the reminder was sent, else undefined. */
    notify(link: DemoLink): string | undefined {
      if (link.status !== 'ISSUED') return undefined;
      const { mobile, email } = link.person;
      link.activity.push({ status: `Payout link notification sent to ${mobile} and ${email}`, at: clock() });
      return `Notification Link Sent To *******${mobile.slice(-3)} and ******@${email.split('@')[1]}`;
    },

    list(query: ListQuery, leakFilter: boolean): { total: number; links: DemoLink[] } {
      const wanted = new Set(query.statuses);
      // The published sample: asked for ISSUED, a PROCESSING one comes along (R1).
      if (leakFilter && wanted.has('ISSUED')) wanted.add('PROCESSING');
      const contact = query.contact?.toLowerCase();
      const found = newestFirst().filter(
        (link) =>
          (wanted.size === 0 || wanted.has(link.status)) &&
          (query.linkId === undefined || link.linkId === query.linkId) &&
          (contact === undefined ||
            link.person.name.toLowerCase().includes(contact) ||
            link.person.email.toLowerCase() === contact ||
            link.person.mobile === contact),
      );
      const from = (query.pageNumber - 1) * query.recordsPerPage;
      return { total: found.length, links: found.slice(from, from + query.recordsPerPage) };
    },
  };
}

export type Ledger = ReturnType<typeof makeLedger>;

const rupees = (paise: number, asText: boolean): number | string =>
  asText ? (paise / 100).toFixed(2) : paise / 100;

export function trackData(link: DemoLink, amountAsText: boolean) {
  return {
    status: link.status,
    amount: rupees(link.amountPaise, amountAsText),
    linkActivity: link.activity.map(({ at, status, ...rest }) => ({
      status,
      activityAt: naiveIst(at),
      ...rest,
    })),
  };
}

export function recordData(link: DemoLink, amountAsText: boolean) {
  return {
    amount: rupees(link.amountPaise, amountAsText),
    purpose: link.purpose,
    description: link.description,
    status: link.status,
    linkId: link.linkId,
    contactDetails: { ...link.person },
    referenceNo: link.referenceNo,
    orderId: link.orderId,
    url: `https://instant.pe/${link.code}`,
    qrUrl: `https://api.instantpay.in/payment/payout/link/qr/${link.code}`,
    paymentModes: link.paymentModes,
    verifyBene: true,
    activatedAt: naiveIst(link.activatedAt),
    expiredAt: naiveIst(link.expiresAt),
  };
}

/** As in the published sample: `totalPages` goes by the pages that are sent, however many records were asked for (R2). */
export function listMeta(query: ListQuery, total: number, received: number) {
  const from = (query.pageNumber - 1) * query.recordsPerPage + 1;
  return {
    totalPages: Math.ceil(total / query.recordsPerPage),
    currentPage: query.pageNumber,
    totalRecords: total,
    recordsOnCurrentPage: received,
    recordFrom: received === 0 ? 0 : from,
    recordTo: received === 0 ? 0 : from + received - 1,
  };
}
