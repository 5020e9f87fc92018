/** Owns what a message must never be, whatever went into it: alive where it should be text, or more than Slack takes. */

import { expect } from 'vitest';
import { problemsOf, textsOf } from '../slack/shown.ts';
import { MARK } from './hostile.ts';

/** Mentions that Payout Desk makes itself; the ids in hostile text are none of them. */
const OWN =
  /<@[UW](?!0EVIL)[A-Z0-9_]+>|<#[CG](?!0EVIL)[A-Z0-9]+>|<http:\/\/127\.0\.0\.1:\d+\/archives\/[\w/.?=&-]+\|[^<>|]*>/g;

export interface Shown {
  text: string;
  blocks: unknown[];
}

/** Every promise this message breaks, in words. */
export function faultsOf(message: Shown): string[] {
  const faults: string[] = [...problemsOf(message)];
  const formatted = textsOf(message.blocks, 'mrkdwn');
  for (const text of formatted) {
    if (text.includes(MARK)) faults.push(`outside text is formatted: ${text}`);
    if (/[<>]|:\/\//.test(text.replace(OWN, '').replace(/`[^`]*`/g, '')))
      faults.push(`something is alive: ${text}`);
  }
  const said = message.text.replace(OWN, '').replace(/`\/payout [a-z]+`/g, '');
  if (/[<>`]|:\/\/|\*b\*|_i_|~s~|:tada:|@channel/.test(said)) faults.push(`the summary is alive: ${said}`);
  const shown = JSON.stringify(message);
  if (/[\u202a-\u202e\u2066\u2067\u200b\ufeff]/.test(shown)) faults.push('something reorders or hides text');
  if (/(?:^|[^\\])\\u00(?:0[0-9a-f]|1[0-9a-f])/.test(shown)) faults.push('a control character is shown');
  for (const text of [message.text, ...textsOf(message.blocks, 'plain_text')]) {
    if (!text.isWellFormed()) faults.push('half a character is shown');
    if (text.trim() === '') faults.push('an empty text is shown');
    if (text.split('\u2068').length !== text.split('\u2069').length) faults.push('an isolate stays open');
  }
  return faults;
}

export function expectHarmless(message: Shown): void {
  expect(faultsOf(message)).toEqual([]);
}
