/**
 * Owns the control of the local InstantPay over HTTP, for other processes (the tour, the page): JSON in and out.
 *
 *   GET /_control/links, /_control/links/{id}    every link, or one
 *   POST /_control/links {...}                   adds a link
 *   POST /_control/links/{id} {status, text?}    changes one
 *   GET, DELETE /_control/calls                  the calls so far
 *   POST, DELETE /_control/faults {effect, ...}  adds a fault; takes all back
 *   POST /_control/settings                      {environment?} and the modes (modes.ts)
 *   GET /_control/transactions
 *   POST /_control/reset
 */

import type { ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Effect } from './faults.ts';
import { sendJson } from './reply.ts';
import type { InstantPay } from './server.ts';

export const CONTROL_PATH = '/_control/';

const changeBody = z.object({ status: z.string(), text: z.string().optional() });

const faultBody = z.object({
  effect: z.custom<Effect>(
    (value) =>
      typeof value === 'object' && value !== null && 'kind' in value && typeof value.kind === 'string',
  ),
  operation: z.enum(['track', 'list', 'notify', 'cancel', 'transaction']).exactOptional(),
  linkId: z.string().exactOptional(),
  page: z.number().exactOptional(),
  times: z.number().exactOptional(),
});

const settingsBody = z.object({
  leakFilter: z.boolean().optional(),
  maxRecordsPerPage: z.number().optional(),
  refusesPagesOver: z.number().optional(),
  pastEnd: z.enum(['empty', 'repeats', 'fails']).optional(),
  leavingLinks: z.number().optional(),
  clockAheadMs: z.number().optional(),
  published: z.boolean().optional(),
  environment: z.string().optional(),
});

const linkBody = z.object({
  linkId: z.string().exactOptional(),
  status: z.string().exactOptional(),
  amountPaise: z.number().exactOptional(),
  purpose: z.string().exactOptional(),
  description: z.string().exactOptional(),
  person: z.object({ name: z.string(), email: z.string(), mobile: z.string() }).exactOptional(),
  createdAt: z.number().exactOptional(),
  expiresAt: z.number().exactOptional(),
});

export function answerControl(
  instantPay: InstantPay,
  method: string,
  path: string,
  text: string,
  response: ServerResponse,
): void {
  try {
    const body: unknown = text === '' ? {} : JSON.parse(text);
    const [what = '', id] = path.slice(CONTROL_PATH.length).split('/');
    const result = control(instantPay, `${method} ${what}`, id, body);
    sendJson(response, result === undefined ? 404 : 200, result ?? { error: 'no such control' });
  } catch (error) {
    sendJson(response, 400, { error: error instanceof Error ? error.message : 'not understood' });
  }
}

function control(instantPay: InstantPay, what: string, id: string | undefined, body: unknown): unknown {
  switch (what) {
    case 'GET links':
      return id === undefined ? instantPay.links() : instantPay.link(id);
    case 'POST links': {
      if (id === undefined) return instantPay.addLink(linkBody.parse(body));
      const { status, text } = changeBody.parse(body);
      instantPay.setStatus(id, status, text);
      return instantPay.link(id);
    }
    case 'GET calls':
      return instantPay.calls;
    case 'DELETE calls':
      instantPay.calls.length = 0;
      return {};
    case 'POST faults':
      instantPay.fault(faultBody.parse(body));
      return {};
    case 'DELETE faults':
      instantPay.clearFaults();
      return {};
    case 'GET transactions':
      return instantPay.transactions;
    case 'POST settings': {
      const { environment, ...modes } = settingsBody.parse(body);
      const { controls, settings } = instantPay;
      Object.assign(controls, modes);
      settings.environment = environment ?? settings.environment;
      const { ledger: _ledger, transactions: _transactions, ...all } = controls;
      return { ...settings, ...all };
    }
    case 'POST reset':
      instantPay.reset();
      return {};
    default:
      return undefined;
  }
}
