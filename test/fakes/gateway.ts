/**
 * Owns an InstantPay for tests of the rules: it answers what the test wrote down, and remembers what it was asked.
 * What was not written down is a fault of the test, so it fails loudly instead of answering something.
 */

import type { TrackedLink } from '../../src/payouts/links/link.ts';
import type { LinkFilter, LinkPage, WalkEnd } from '../../src/payouts/links/page.ts';
import type { Gateway, SameRecipient, WriteAnswer } from '../../src/payouts/gateway.ts';
import type { TransactionQuery, TransactionAnswer } from '../../src/payouts/transactions/transaction.ts';
import type { Revealed } from '../../src/payouts/links/revealed.ts';

/** An answer, a failure to reject with, or a function of what was asked that gives (or rejects with) one. */
type Reply<Asked, Answer> = Answer | Error | ((asked: Asked) => Answer | Promise<Answer>);

/** One reply for every call, or an array of replies, each for one call. */
type Replies<Asked, Answer> = Reply<Asked, Answer> | Reply<Asked, Answer>[];

export interface PageAsked {
  filter: LinkFilter;
  pageNumber: number;
  recordsPerPage: number | undefined;
}

/** The pages of a walk in order, each a page or the failure that ends it, and how the walk ends. */
export interface Walk {
  pages: (LinkPage | Error)[];
  end: WalkEnd;
}

export interface Script {
  track?: Replies<string, TrackedLink>;
  page?: Replies<PageAsked, LinkPage>;
  links?: Replies<LinkFilter, Walk>;
  /** Default: no other links. */
  sameRecipient?: Replies<string, SameRecipient>;
  notify?: Replies<string, WriteAnswer>;
  cancel?: Replies<string, WriteAnswer>;
  transaction?: Replies<TransactionQuery, TransactionAnswer>;
  reveal?: Replies<string, Revealed>;
}

export interface ScriptedGateway extends Gateway {
  /** May be changed while a test runs. */
  script: Script;
  /** What was asked, in order. */
  calls: {
    track: string[];
    page: PageAsked[];
    links: LinkFilter[];
    sameRecipient: string[];
    notify: string[];
    cancel: string[];
    transaction: TransactionQuery[];
    reveal: string[];
  };
  /** Until when each cancel call was allowed to leave. */
  callBefore: number[];
  /** What the cancel calls were answered with, in order of the answers. */
  cancelAnswers: { linkId: string; kind: WriteAnswer['kind'] }[];
  /** How many pages of walks were read, and how many walks their reader stopped. */
  walks: { pagesGiven: number; stopped: number };
}

export function scriptedGateway(script: Script = {}): ScriptedGateway {
  const calls: ScriptedGateway['calls'] = {
    track: [],
    page: [],
    links: [],
    sameRecipient: [],
    notify: [],
    cancel: [],
    transaction: [],
    reveal: [],
  };
  const cancelAnswers: ScriptedGateway['cancelAnswers'] = [];
  const walks: ScriptedGateway['walks'] = { pagesGiven: 0, stopped: 0 };

  async function* walk(filter: LinkFilter): AsyncGenerator<LinkPage, WalkEnd, void> {
    const { pages, end } = await take('links', gateway.script.links, filter);
    for (const page of pages) {
      if (page instanceof Error) throw page;
      walks.pagesGiven += 1;
      yield structuredClone(page);
    }
    return end;
  }

  const gateway: ScriptedGateway = {
    script,
    calls,
    cancelAnswers,
    callBefore: [],
    walks,
    async track(linkId) {
      calls.track.push(linkId);
      return answer('track', gateway.script.track, linkId);
    },
    async page(filter, pageNumber, recordsPerPage) {
      const asked = { filter, pageNumber, recordsPerPage };
      calls.page.push(asked);
      return answer('page', gateway.script.page, asked);
    },
    links(filter) {
      calls.links.push(filter);
      const pages = walk(filter);
      const finish = pages.return.bind(pages);
      pages.return = async (end) => {
        walks.stopped += 1;
        return finish(end);
      };
      return pages;
    },
    async sameRecipient(linkId) {
      calls.sameRecipient.push(linkId);
      const none = { links: [], problem: undefined };
      return answer('sameRecipient', gateway.script.sameRecipient ?? none, linkId);
    },
    async notify(linkId) {
      calls.notify.push(linkId);
      return answer('notify', gateway.script.notify, linkId);
    },
    async cancel(linkId, before) {
      calls.cancel.push(linkId);
      gateway.callBefore.push(before);
      const given = await answer('cancel', gateway.script.cancel, linkId);
      cancelAnswers.push({ linkId, kind: given.kind });
      return given;
    },
    async transaction(query) {
      calls.transaction.push(query);
      return answer('transaction', gateway.script.transaction, query);
    },
    async reveal(linkId) {
      calls.reveal.push(linkId);
      // As it is: a copy would be an empty shell, the values are private.
      return take('reveal', gateway.script.reveal, linkId);
    },
  };
  return gateway;
}

async function answer<Asked, Answer>(
  operation: string,
  replies: Replies<Asked, Answer> | undefined,
  asked: Asked,
): Promise<Answer> {
  return structuredClone(await take(operation, replies, asked));
}

async function take<Asked, Answer>(
  operation: string,
  replies: Replies<Asked, Answer> | undefined,
  asked: Asked,
): Promise<Answer> {
  const reply = Array.isArray(replies) ? replies.shift() : replies;
  if (reply === undefined) throw new Error(`The test has no answer (left) for ${operation}.`);
  if (reply instanceof Error) throw reply;
  return isFunction(reply) ? reply(asked) : reply;
}

function isFunction<Asked, Answer>(
  reply: Answer | ((asked: Asked) => Answer | Promise<Answer>),
): reply is (asked: Asked) => Answer | Promise<Answer> {
  return typeof reply === 'function';
}
