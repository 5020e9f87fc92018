/** Owns the line to the server: updates that come, acts that go, and a line that is lost and found again. */

import type { Act, Update } from '../protocol.ts';
import { byId, el } from './elements.ts';

/** How long a sentence about a failure stays. */
const TOAST_MS = 8_000;
const AGAIN_MS = 1_000;

export function listen(take: (update: Update, isFirst: boolean) => void): void {
  const lost = byId('connection', HTMLElement);
  let source: EventSource;
  const open = (): void => {
    let isFirst = true;
    source = new EventSource('/events');
    source.addEventListener('open', () => {
      isFirst = true;
      lost.hidden = true;
    });
    source.addEventListener('message', ({ data }: MessageEvent<string>) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- our own server writes it by the same type
      take(JSON.parse(data) as Update, isFirst);
      isFirst = false;
    });
    source.addEventListener('error', () => {
      lost.hidden = false;
      // The browser tries again by itself, unless the server answered with something else.
      if (source.readyState === EventSource.CLOSED) setTimeout(open, AGAIN_MS);
    });
  };
  open();
}

/** Resolves when the server has taken it; what cannot be done is shown, and resolves to false. */
export async function send(act: Act): Promise<boolean> {
  try {
    const answer = await fetch('/act', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(act),
    });
    if (answer.ok) return true;
    const said: unknown = await answer.json().catch(() => ({}));
    toast(errorIn(said) ?? 'The demo did not accept that. Try again.');
  } catch {
    toast('The demo does not answer. Check the terminal in which it was started.');
  }
  return false;
}

function errorIn(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null || !('error' in said)) return undefined;
  return typeof said.error === 'string' ? said.error : undefined;
}

export function toast(text: string): void {
  const shown = el('p', {}, text);
  byId('toasts', HTMLElement).append(shown);
  setTimeout(() => shown.remove(), TOAST_MS);
}
