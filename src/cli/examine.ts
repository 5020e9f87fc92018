/** Owns the doctor’s checks: settings, Slack, channels, user groups, InstantPay, store; each says what to fix. */

import { type Config, ConfigError, type Env, loadConfig } from '../config.ts';
import { type ClientEvent, createInstantPayClient } from '../instantpay/client.ts';
import { createGateway } from '../instantpay/gateway.ts';
import { formatDuration } from '../payouts/time.ts';
import { examineSlack } from './examine-slack.ts';
import { examineStore } from './examine-store.ts';
import { explainFailure } from './explain-failure.ts';
import type { Finding } from './finding.ts';
import { SKEW_MS } from '../ops/observe-instantpay.ts';
import { misspeltSettings } from '../misspelt-settings.ts';

/** Runs every check, also after one fails. Rejects on a programming error only. */
export async function examine(env: Env): Promise<Finding[]> {
  let config: Config;
  try {
    config = loadConfig(env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const faults = error.faults.map(
      ({ name, expected }): Finding => ({ verdict: 'fail', about: name, detail: `expected ${expected}` }),
    );
    return [...faults, ...misspelt(env)];
  }
  const settings: Finding = { verdict: 'ok', about: 'settings', detail: 'complete and valid' };
  const rest = await Promise.all([
    examineSlack(config),
    examineInstantPay(config),
    examineStore(config.databaseUrl),
  ]);
  return [settings, ...misspelt(env), ...openToAll(config), ...secondSecret(config), ...rest.flat()];
}

/** `*` suits a small company and is a mistake in a large one: a warning, no fault. */
function openToAll({ policy }: Config): Finding[] {
  const warn = (about: string, may: string): Finding => ({
    verdict: 'warn',
    about,
    detail: `* lets every full member of the workspace ${may}; consider named people or user groups`,
  });
  if (policy.operate.everyone) return [warn('OPERATORS', 'request cancellation and send reminders')];
  return policy.look.everyone ? [warn('VIEWERS', 'look at every link')] : [];
}

/** For as long as it is set, the old secret signs requests. */
function secondSecret({ slack }: Config): Finding[] {
  if (slack.previousSigningSecret === undefined) return [];
  const detail = 'still accepted; remove it a day after Slack began to sign with the new one';
  return [{ verdict: 'warn', about: 'SLACK_SIGNING_SECRET_PREVIOUS', detail }];
}

function misspelt(env: Env): Finding[] {
  return misspeltSettings(env).map(({ name, meant }) => ({
    verdict: 'warn',
    about: name,
    detail: `not a setting, no effect; did you mean ${meant}?`,
  }));
}

async function examineInstantPay(config: Config): Promise<Finding[]> {
  let skewMs: number | undefined;
  const onEvent = (event: ClientEvent): void => {
    if (event.type === 'attempt') skewMs = event.skewMs ?? skewMs;
  };
  const client = createInstantPayClient({ ...config.instantpay, onEvent });
  try {
    const page = await createGateway(client).page({}, 1);
    const seen = page.environment;
    const expected = config.rules.environment;
    if (expected && seen && expected !== seen) {
      const detail = `responds from ${seen}, INSTANTPAY_ENVIRONMENT is ${expected}: reminders and cancellations are refused`;
      return [{ verdict: 'fail', about: 'InstantPay', detail }];
    }
    const answers: Finding = {
      verdict: 'ok',
      about: 'InstantPay',
      detail: `responds${seen ? ` from ${seen}` : ''}`,
    };
    return [answers, ...examineClock(skewMs)];
  } catch (error) {
    const next = 'Check INSTANTPAY_BASE_URL, the credentials and the network.';
    return [{ verdict: 'fail', about: 'InstantPay', detail: `${explainFailure(error)} ${next}` }];
  } finally {
    client.close();
  }
}

/** R24: with a wrong clock, ages and expiries are wrong. */
function examineClock(skewMs: number | undefined): Finding[] {
  const about = 'clock';
  if (skewMs === undefined) return [{ verdict: 'warn', about, detail: 'InstantPay did not report its time' }];
  if (Math.abs(skewMs) <= SKEW_MS) return [{ verdict: 'ok', about, detail: 'agrees with InstantPay' }];
  const side = skewMs > 0 ? 'behind' : 'ahead of';
  const detail = `${formatDuration(Math.abs(skewMs))} ${side} InstantPay; set the clock of this machine (NTP)`;
  return [{ verdict: 'warn', about, detail }];
}
