/** Owns what bots answered in a benchmark: that all of them say the same about a link, each in its own words. */

/** What a person reads: every text of an answer, which comes as JSON or as a form. */
function wordsOf(answer: string): string {
  if (answer.startsWith('{')) return textsIn(JSON.parse(answer)).join('\n');
  const form = new URLSearchParams(answer);
  return [form.get('text') ?? '', ...textsIn(JSON.parse(form.get('blocks') ?? '[]'))].join('\n');
}

function textsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) =>
    name === 'text' && typeof part === 'string' ? [part] : textsIn(part),
  );
}

/** The status, amount, recipient, purpose and ID that bare Bolt answers with. */
export function factsOf(answer: string): string[] {
  const found = /^(\w+): ₹([\d.]+) to (.+)$[\s\S]*^Purpose: (.+)$[\s\S]*^Link ID: ([0-9a-f]{24})$/m.exec(
    wordsOf(answer),
  );
  if (!found) throw new Error('its answer is no card of a link');
  return found.slice(1);
}

/** Of these facts, those that an answer does not say. */
export function missingFrom(answer: string, facts: readonly string[]): string[] {
  // ₹5,893.24 is 5893.24.
  const words = wordsOf(answer).replaceAll(',', '');
  return facts.filter((fact) => !words.includes(fact.replaceAll(',', '')));
}
