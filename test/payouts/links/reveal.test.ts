/** Owns revealing what is masked: for administrators, audited before it is fetched, and never logged by accident. */

import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { Forbidden, Unavailable } from '../../../src/errors.ts';
import { reveal } from '../../../src/payouts/links/reveal.ts';
import { Revealed } from '../../../src/payouts/links/revealed.ts';
import { auditOf, CHECKER, LINK, MAKER, makeDeps, NOON } from '../setup.ts';

const DETAILS = {
  name: 'Asha Rao',
  email: 'asha@example.in',
  mobile: '9876543210',
  url: 'https://instant.pe/LS25FH',
  qrUrl: undefined,
  accounts: [{ number: '50100123456789', ifsc: 'HDFC0000001' }],
};

describe('reveal', () => {
  test('shows an administrator what is masked, and that is written down before it is fetched', async () => {
    let writtenBefore: unknown;
    const deps = makeDeps({
      script: {
        reveal: () => {
          writtenBefore = auditOf(deps);
          return new Revealed(DETAILS);
        },
      },
    });
    expect((await reveal(deps, CHECKER, LINK)).open()).toEqual(DETAILS);
    expect(writtenBefore).toEqual([
      { sequence: 1, at: NOON, actorId: CHECKER.userId, action: 'link.revealed', linkId: LINK },
    ]);
  });

  test('is done for administrators alone', async () => {
    const deps = makeDeps();
    await expect(reveal(deps, MAKER, LINK)).rejects.toThrow(Forbidden);
    expect(deps.gateway.calls.reveal).toEqual([]);
    expect(auditOf(deps)).toMatchObject([
      { action: 'access.refused', subject: 'link.reveal', linkId: LINK, actorId: MAKER.userId },
    ]);
  });

  test('an attempt that fails is on record too', async () => {
    const deps = makeDeps({ script: { reveal: new Unavailable('away') } });
    await expect(reveal(deps, CHECKER, LINK)).rejects.toThrow('away');
    expect(auditOf(deps)).toHaveLength(1);
  });

  test('what is revealed does not get into a log, a record or a message by accident', () => {
    const revealed = new Revealed(DETAILS);
    for (const text of [JSON.stringify({ revealed }), inspect(revealed, { depth: 9, showHidden: true })]) {
      expect(text).not.toMatch(/Asha|9876543210|50100/);
    }
    expect(Object.keys(structuredClone(revealed))).toEqual([]);
  });
});
