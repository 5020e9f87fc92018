/** Owns the buttons of stuck links: the list, and its pages. */

import { decodeStuck } from '../block-kit/stuck-values.ts';
import { stuckMessage } from '../commands/stuck.ts';
import type { Context } from '../context.ts';
import { mustDecode } from './values.ts';

export async function showStuck(context: Context, value: string): Promise<void> {
  await context.answer(await stuckMessage(context, mustDecode(decodeStuck(value))));
}

export async function turnStuck(context: Context, value: string): Promise<void> {
  await context.replace(await stuckMessage(context, mustDecode(decodeStuck(value))));
}
