/** Owns the links of the scenes: one for each cancellation, whose recipient's name nobody else has. */

import type { InstantPay } from '../../fakes/instantpay/server.ts';
import { WELL_KNOWN, WELL_KNOWN_PEOPLE } from '../../fakes/instantpay/seed.ts';
import type { Person } from '../../fakes/instantpay/people.ts';
import { DAY_MS, HOUR_MS } from '../../src/payouts/time.ts';

export interface SceneLink {
  linkId: string;
  name: string;
}

interface Added extends SceneLink {
  person: Person;
  amountPaise: number;
  purpose: string;
  description: string;
}

const UNKNOWN: Added = {
  linkId: '6570a0000000000000000011',
  name: 'Harsha Vaidya',
  person: { name: 'Harsha Vaidya', email: 'harsha@post.example', mobile: '9820022201' },
  amountPaise: 8_400_00,
  purpose: 'refund',
  description: 'Security deposit',
};
const KILL: Added = {
  linkId: '6570a0000000000000000012',
  name: 'Irfan Contractor',
  person: { name: 'Irfan Contractor', email: 'irfan@mail.example', mobile: '9820022202' },
  amountPaise: 15_250_00,
  purpose: 'vendor payment',
  description: 'Transport charges, Bhiwandi to Pune',
};

export const SCENE_LINKS = {
  cancel: { linkId: WELL_KNOWN.issued, name: WELL_KNOWN_PEOPLE.issued.name },
  unknown: UNKNOWN,
  kill: KILL,
} as const satisfies Record<string, SceneLink>;

/** Beside those of the seed. */
export function addSceneLinks(instantpay: InstantPay, now: number): void {
  for (const { linkId, person, amountPaise, purpose, description } of [UNKNOWN, KILL]) {
    const createdAt = now - 20 * HOUR_MS;
    const expiresAt = createdAt + 15 * DAY_MS;
    instantpay.addLink({ linkId, person, amountPaise, purpose, description, createdAt, expiresAt });
  }
}
