/** Owns the doctor’s checks: settings, Slack, channels, user groups, InstantPay, store; each says what to fix. */

import type { WebClient } from '@slack/web-api';
import { type Config, ConfigError, type Env, loadConfig } from '../config.ts';
import { type ClientEvent, createInstantPayClient } from '../instantpay/client.ts';
import { createGateway } from '../instantpay/gateway.ts';
import { call, createClients, SlackFailure } from '../slack/api/client.ts';
import { openStore } from '../store/database.ts';
import { isInUse } from '../store/sqlite.ts';
import { formatDuration } from '../payouts/time.ts';
import { explainFailure } from './explain-failure.ts';
import { SKEW_MS } from '../ops/observe-instantpay.ts';
import { misspeltSettings } from '../misspelt-settings.ts';

export interface Finding {
  /** `warn`: works, but should be reviewed; `fail`: does not work. */
  verdict: 'ok' | 'warn' | 'fail';
  about: string;
  detail: string;
}

/** The scopes of manifest.yml that are required. */
const SCOPES = ['commands', 'chat:write', 'im:write', 'files:write', 'users:read'];

/** Without them a message posted during a crash cannot be found again. */
const HISTORY_SCOPES = ['channels:history', 'groups:history', 'im:history'];

/** Without them Slack does not tell what is written to Payout Desk, or takes no preview from it. */
const ENTRANCE_SCOPES = ['app_mentions:read', 'im:history', 'links:read', 'links:write'];

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
  const rest = await Promise.all([examineSlack(config), examineInstantPay(config), examineStore(config)]);
  return [settings, ...misspelt(env), ...openToAll(config), ...rest.flat()];
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

function misspelt(env: Env): Finding[] {
  return misspeltSettings(env).map(({ name, meant }) => ({
    verdict: 'warn',
    about: name,
    detail: `not a setting, no effect; did you mean ${meant}?`,
  }));
}

async function examineSlack(config: Config): Promise<Finding[]> {
  const { web } = createClients(config.slack.botToken, config.slack.apiUrl);
  let scopes: string[] | undefined;
  try {
    const answer = await call(web.auth.test());
    scopes = answer.response_metadata?.scopes;
  } catch (error) {
    return [{ verdict: 'fail', about: 'Slack token', detail: explainFailure(error) }];
  }
  const findings: Finding[] = [{ verdict: 'ok', about: 'Slack token', detail: 'accepted by Slack' }];
  const groups = Object.values(config.policy).flatMap((principals) => principals.groups);
  const missing = [...SCOPES, ...(groups.length > 0 ? ['usergroups:read'] : [])].filter(
    (scope) => scopes && !scopes.includes(scope),
  );
  if (missing.length > 0) {
    const detail = `missing: ${missing.join(', ')}. Add them under OAuth & Permissions and reinstall the app.`;
    findings.push({ verdict: 'fail', about: 'Slack scopes', detail });
  } else if (scopes) {
    findings.push({ verdict: 'ok', about: 'Slack scopes', detail: 'complete' });
  }
  const unread = HISTORY_SCOPES.filter((scope) => scopes && !scopes.includes(scope));
  if (unread.length > 0) {
    const detail = `missing: ${unread.join(', ')}. After a crash while posting, a message may appear twice.`;
    findings.push({ verdict: 'warn', about: 'Slack history', detail });
  }
  const unheard = ENTRANCE_SCOPES.filter((scope) => scopes && !scopes.includes(scope));
  if (unheard.length > 0) {
    const detail = `missing: ${unheard.join(', ')}. Mentions, direct messages or previews of addresses get no answer.`;
    findings.push({ verdict: 'warn', about: 'Slack messages', detail });
  }
  const mayPostAnywhere = scopes?.includes('chat:write.public') === true;
  const channels = new Map([['APPROVAL_CHANNEL', config.approvalChannel]]);
  if (config.digest.channel) channels.set('DIGEST_CHANNEL', config.digest.channel);
  for (const [name, id] of channels) findings.push(await examineChannel(web, mayPostAnywhere, name, id));
  for (const group of new Set(groups)) findings.push(await examineGroup(web, group));
  return findings;
}

async function examineChannel(
  web: WebClient,
  mayPostAnywhere: boolean,
  about: string,
  id: string,
): Promise<Finding> {
  try {
    const { channel } = await call(web.conversations.info({ channel: id }));
    if (channel?.is_archived)
      return { verdict: 'fail', about, detail: 'the channel is archived; set another channel' };
    if (channel?.is_member === false) {
      const invite = 'not a member; /invite @Payout Desk there';
      // With chat:write.public it may post, but only members can read a channel’s messages.
      return mayPostAnywhere && channel.is_private !== true
        ? { verdict: 'warn', about, detail: `Payout Desk cannot read the channel: ${invite}` }
        : { verdict: 'fail', about, detail: `Payout Desk cannot post there: ${invite}` };
    }
    return { verdict: 'ok', about, detail: `#${channel?.name ?? id}` };
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const detail = `Slack returned ${error.code}; check the channel ID, and /invite @Payout Desk there`;
    return { verdict: error.code === 'missing_scope' ? 'warn' : 'fail', about, detail };
  }
}

async function examineGroup(web: WebClient, group: string): Promise<Finding> {
  const about = `user group ${group}`;
  try {
    const { users } = await call(web.usergroups.users.list({ usergroup: group }));
    const size = users?.length ?? 0;
    if (size === 0) return { verdict: 'warn', about, detail: 'the group has no members' };
    return { verdict: 'ok', about, detail: `${size} ${size === 1 ? 'person' : 'people'}` };
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const detail =
      error.code === 'plan_upgrade_required'
        ? 'Slack’s free plan has no user groups, so this one grants nothing. Name people (U...) instead.'
        : `Slack returned ${error.code}; the group grants nothing until Slack lists its members`;
    return { verdict: 'fail', about, detail };
  }
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

async function examineStore(config: Config): Promise<Finding[]> {
  try {
    const store = await openStore(config.databaseUrl);
    await store.ping();
    await store.close();
    return [{ verdict: 'ok', about: 'store', detail: 'opens and responds' }];
  } catch (error) {
    const detail = explainFailure(error);
    // Expected while Payout Desk runs.
    return [{ verdict: isInUse(error) ? 'ok' : 'fail', about: 'store', detail }];
  }
}
