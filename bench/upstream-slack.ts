/** Owns the constant answers of the benchmarks' Slack: a workspace of full members in which every call succeeds. */

export const TEAM_ID = 'T0BENCH00';
export const BOT = { bot_id: 'B0BENCH00', user_id: 'U0BENCHBOT' };

/** The people who type: one for each command at a time. */
export const userOf = (place: number): string => `U0BENCH${String(place).padStart(4, '0')}`;

/** `/api/users.info?user=U1` is `users.info`. */
export function methodOf(url: string): string {
  return url.replace(/^\/(?:api\/)?/, '').split('?', 1)[0] ?? '';
}

const text = (answer: object): string => JSON.stringify({ ok: true, ...answer });
const posted = text({ channel: 'C0BENCH00', ts: '1790000000.000100', message: { ts: '1790000000.000100' } });

export function answerOf(method: string, body: string): string {
  switch (method) {
    case 'auth.test':
      return text({
        url: 'https://bench.slack.com/',
        team: 'Bench',
        team_id: TEAM_ID,
        user: 'bench',
        ...BOT,
      });
    case 'users.info':
      return user(/(?:"user":"|\buser=)(\w+)/.exec(body)?.[1] ?? userOf(0));
    case 'users.list':
      return text({ members: [], response_metadata: { next_cursor: '' } });
    case 'conversations.info':
      return text({ channel: { id: 'C0BENCH00', name: 'bench', is_member: true, is_channel: true } });
    case 'conversations.open':
      return text({ channel: { id: 'D0BENCH00' } });
    case 'conversations.history':
    case 'conversations.replies':
      return text({ messages: [], has_more: false });
    default:
      return posted;
  }
}

function user(id: string): string {
  const profile = { real_name: 'Asha Rao', display_name: 'asha', email: 'asha@mail.example' };
  return text({
    user: {
      id,
      team_id: TEAM_ID,
      name: 'asha',
      deleted: false,
      real_name: 'Asha Rao',
      is_bot: false,
      is_restricted: false,
      is_ultra_restricted: false,
      profile,
    },
  });
}
