/** Owns understanding what is typed at the prompt: what a person would do in Slack, in a few words. */

import { type Outside, readOutside } from './outside.ts';

export type Typed =
  | { do: 'slash'; text: string }
  | { do: 'press'; number: number; choice: string }
  | { do: 'become'; who: string }
  | { do: 'go'; channel: string }
  | { do: 'look'; count: number }
  | Outside
  | { do: 'help' }
  | { do: 'quit' }
  | { do: 'nothing' }
  | { do: 'unclear'; hint: string };

/** How many messages `look` shows. */
const LOOK = 3;

export function readLine(line: string): Typed {
  const typed = line.trim();
  if (typed === '' || typed.startsWith('//')) return { do: 'nothing' };
  const slash = /^\/payout(?:\s+([\s\S]*))?$/i.exec(typed);
  if (slash) return { do: 'slash', text: slash[1] ?? '' };
  if (typed.startsWith('/'))
    return { do: 'unclear', hint: 'The only command here is /payout. Try: /payout help' };
  const press = /^(?:press\s+)?\[?(\d+)\]?(?:\s+(.*))?$/i.exec(typed);
  if (press) return { do: 'press', number: Number(press[1]), choice: press[2] ?? '' };
  const [word = '', ...others] = typed.split(/\s+/);
  const rest = others.join(' ');
  const outside = readOutside(word.toLowerCase(), rest);
  if (typeof outside === 'string') return { do: 'unclear', hint: outside };
  if (outside) return outside;
  switch (word.toLowerCase()) {
    case 'as':
      return { do: 'become', who: rest };
    case 'in':
      return { do: 'go', channel: rest };
    case 'look':
      return { do: 'look', count: Number.parseInt(rest, 10) || LOOK };
    case 'help':
    case '?':
      return { do: 'help' };
    case 'quit':
    case 'exit':
      return { do: 'quit' };
    default:
      return {
        do: 'unclear',
        hint: `"${word}" is nothing one can do here. Commands start with /payout; type "help".`,
      };
  }
}
