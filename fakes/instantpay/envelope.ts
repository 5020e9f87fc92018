/** Owns the envelope around every answer of the local InstantPay. */

import { randomUUID } from 'node:crypto';

export interface Envelope {
  statuscode: string;
  actcode: string | null;
  status: string;
  data: unknown;
  timestamp: string;
  ipay_uuid: string;
  orderid: string | null;
  environment: string;
  internalCode: string | null;
}

/** "2023-12-14 16:43:59": IST without saying so, as InstantPay writes it (R6). */
export function naiveIst(at: number): string {
  return new Date(at + 330 * 60_000).toISOString().slice(0, 19).replace('T', ' ');
}

export function envelope(
  statuscode: string,
  status: string,
  data: unknown,
  { at, environment }: { at: number; environment: string },
): Envelope {
  return {
    statuscode,
    actcode: null,
    status,
    data,
    timestamp: naiveIst(at),
    ipay_uuid: `h0009${randomUUID()}-${randomUUID().slice(0, 12)}`,
    orderid: null,
    environment,
    internalCode: null,
  };
}
