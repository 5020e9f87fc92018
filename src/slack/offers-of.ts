/** Owns what is offered to the person behind an interaction. */

import { linkRightsOf, offers, rightsOf } from '../payouts/rights.ts';
import type { Context } from './context.ts';
import type { LinkOffers, Offers } from './views/offers.ts';

/** What their permissions allow; when Slack does not answer, everything: the rules refuse. */
export async function offersOf({ deps, actor }: Pick<Context, 'deps' | 'actor'>): Promise<Offers> {
  const rights = await rightsOf(deps, actor);
  return (permission) => offers(rights, permission);
}

export async function linkOffersOf({ deps, actor }: Pick<Context, 'deps' | 'actor'>): Promise<LinkOffers> {
  const rights = await linkRightsOf(deps, actor);
  return (permission) => offers(rights, permission);
}
