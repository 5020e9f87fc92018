/** Owns the doctor’s questions to Slack: the token, what was granted, the channels, who may approve. Slack changes nothing for them. */

import type { WebClient } from '@slack/web-api';
import type { Config } from '../config.ts';
import { call, createClients, SlackFailure } from '../slack/api/client.ts';
import { lostWithout, type Scope, SCOPE_NAMES } from '../slack/api/methods.ts';
import { explainFailure } from './explain-failure.ts';
import type { Finding } from './finding.ts';

/** Slack's largest page of a channel's members, and how many of them are read before doctor gives up. */
const MEMBERS_A_PAGE = 1_000;
const MEMBERS_READ = 10_000;
/** A line names at most so many people. */
const NAMED = 10;

export async function examineSlack(config: Config): Promise<Finding[]> {
  const { web } = createClients(config.slack.botToken, config.slack.apiUrl);
  let granted: string[] | undefined;
  try {
    const answer = await call(web.auth.test());
    granted = answer.response_metadata?.scopes;
  } catch (error) {
    return [{ verdict: 'fail', about: 'Slack token', detail: explainFailure(error) }];
  }
  const findings: Finding[] = [{ verdict: 'ok', about: 'Slack token', detail: 'accepted by Slack' }];
  const groups = new Set(Object.values(config.policy).flatMap((principals) => principals.groups));
  if (granted) findings.push(...examineScopes(granted, groups.size > 0));
  const mayPostAnywhere = granted?.includes('chat:write.public') === true;
  const channels = new Map([['APPROVAL_CHANNEL', config.approvalChannel]]);
  if (config.digest.channel) channels.set('DIGEST_CHANNEL', config.digest.channel);
  for (const [name, id] of channels) findings.push(await examineChannel(web, mayPostAnywhere, name, id));
  const membersOf = new Map<string, readonly string[]>();
  for (const group of groups) {
    const { finding, members } = await examineGroup(web, group);
    findings.push(finding);
    membersOf.set(group, members);
  }
  return [...findings, ...(await examineApprovers(web, config, membersOf))];
}

/** Against what the methods and events need. What is optional is a warning that says what does not work. */
function examineScopes(granted: readonly string[], hasGroups: boolean): Finding[] {
  const missing = SCOPE_NAMES.filter((scope) => !granted.includes(scope));
  const isNeeded = (scope: Scope): boolean =>
    lostWithout(scope) === undefined || (hasGroups && scope === 'usergroups:read');
  const needed = missing.filter(isNeeded);
  const add = 'Add it under OAuth & Permissions and reinstall the app.';
  const required: Finding =
    needed.length === 0
      ? { verdict: 'ok', about: 'Slack scopes', detail: 'complete' }
      : { verdict: 'fail', about: 'Slack scopes', detail: `missing: ${needed.join(', ')}. ${add}` };
  const optional = missing
    // Not needed while no setting names a user group.
    .filter((scope) => !isNeeded(scope) && scope !== 'usergroups:read')
    .map((scope): Finding => {
      const detail = `not granted. ${lostWithout(scope) ?? ''}`;
      return { verdict: 'warn', about: `Slack scope ${scope}`, detail };
    });
  return [required, ...optional];
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

async function examineGroup(
  web: WebClient,
  group: string,
): Promise<{ finding: Finding; members: readonly string[] }> {
  const about = `user group ${group}`;
  try {
    const { users: members = [] } = await call(web.usergroups.users.list({ usergroup: group }));
    const size = members.length;
    const finding: Finding =
      size === 0
        ? { verdict: 'warn', about, detail: 'the group has no members' }
        : { verdict: 'ok', about, detail: `${size} ${size === 1 ? 'person' : 'people'}` };
    return { finding, members };
  } catch (error) {
    if (!(error instanceof SlackFailure)) throw error;
    const detail =
      error.code === 'plan_upgrade_required'
        ? 'Slack’s free plan has no user groups, so this one grants nothing. Name people (U...) instead.'
        : `Slack returned ${error.code}; the group grants nothing until Slack lists its members`;
    return { finding: { verdict: 'fail', about, detail }, members: [] };
  }
}

/** Who may approve and is not in the channel does not see the cards; with too few approvers nothing can be approved. */
async function examineApprovers(
  web: WebClient,
  config: Config,
  membersOf: ReadonlyMap<string, readonly string[]>,
): Promise<Finding[]> {
  const about = 'APPROVERS';
  const approvers = namedBy(config.policy.approve, membersOf);
  const findings = examineNumbers(config, membersOf);
  const present = await readMembers(web, config.approvalChannel);
  if (!present) return findings;
  const absent = [...approvers].filter((user) => !present.has(user));
  if (absent.length > 0) {
    const names = absent.slice(0, NAMED).join(', ');
    const more = absent.length > NAMED ? ` and ${absent.length - NAMED} more` : '';
    const detail = `not in APPROVAL_CHANNEL, so they do not see its cards: ${names}${more}. Invite them.`;
    findings.push({ verdict: 'warn', about, detail });
  } else if (findings.length === 0) {
    findings.push({ verdict: 'ok', about, detail: `${approvers.size}, all in APPROVAL_CHANNEL` });
  }
  return findings;
}

/** For each amount that has its own rule: enough people for a request of somebody who is none of them, and for one of theirs. */
function examineNumbers(
  { policy, rules }: Config,
  membersOf: ReadonlyMap<string, readonly string[]>,
): Finding[] {
  const tiers = rules.approvalRules?.tiers ?? [
    { ...policy.approve, approvals: rules.approvalsRequiredAbovePaise === undefined ? 1 : 2 },
  ];
  const about = rules.approvalRules ? 'APPROVAL_RULES' : 'APPROVERS';
  return tiers.flatMap((tier, index): Finding[] => {
    const found = namedBy(tier, membersOf).size;
    const where = rules.approvalRules ? `tier ${index + 1}: ` : '';
    if (found < tier.approvals) {
      const detail = `${where}${found} found, one request needs ${tier.approvals}; name more people`;
      return [{ verdict: 'fail', about, detail }];
    }
    if (found > tier.approvals) return [];
    const detail = `${where}${found} found, so their own requests cannot be approved; name more people`;
    return [{ verdict: 'warn', about, detail }];
  });
}

function namedBy(
  { users, groups }: { users: Iterable<string>; groups: readonly string[] },
  membersOf: ReadonlyMap<string, readonly string[]>,
): Set<string> {
  return new Set([...users, ...groups.flatMap((group) => membersOf.get(group) ?? [])]);
}

/** Undefined where Slack does not list them, or lists too many to read. */
async function readMembers(web: WebClient, channel: string): Promise<Set<string> | undefined> {
  const found = new Set<string>();
  let cursor = '';
  try {
    do {
      const asked = { channel, limit: MEMBERS_A_PAGE, ...(cursor && { cursor }) };
      const answer = await call(web.conversations.members(asked));
      for (const member of answer.members ?? []) found.add(member);
      cursor = answer.response_metadata?.next_cursor ?? '';
    } while (cursor !== '' && found.size < MEMBERS_READ);
  } catch (error) {
    // The channel itself was looked at before: what is wrong with it is told there.
    if (error instanceof SlackFailure) return undefined;
    throw error;
  }
  return cursor === '' ? found : undefined;
}
