/**
 * Owns evaluating the part of PromQL that the alerts and the dashboard use, over scrapes in memory: selectors, increase, rate,
 * min_over_time, max_over_time, abs, histogram_quantile, time, sum, max, min and count with `by`, arithmetic, comparisons that
 * filter, `and`. What it does not know it refuses. promtool, where it is to be had, gets the same series and has to agree.
 */

export type Labels = Readonly<Record<string, string>>;

export interface Sample {
  name: string;
  labels: Labels;
  value: number;
}

export interface Scrape {
  /** Seconds. */
  at: number;
  samples: readonly Sample[];
}

/** Reads Prometheus' text format. As Prometheus does, `more` renames a label that the target itself has. */
export function readText(text: string, more: Labels): Sample[] {
  return text.split('\n').flatMap((line) => {
    const [, name, inside = '', value] = /^([a-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/i.exec(line) ?? [];
    if (name === undefined) return [];
    const labels = [...inside.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = '', own = '']) => [
      key in more ? `exported_${key}` : key,
      own,
    ]);
    return [{ name, labels: { ...Object.fromEntries(labels), ...more }, value: Number(value) }];
  });
}

interface Matcher {
  label: string;
  operator: string;
  value: string;
}

interface Selector {
  kind: 'selector';
  name: string;
  matchers: Matcher[];
  rangeS: number | undefined;
}

type Node =
  | { kind: 'number'; value: number }
  | Selector
  | { kind: 'call'; name: string; by: string[]; args: Node[] }
  | { kind: 'binary'; operator: string; left: Node; right: Node };

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)(?![\w.])|([a-z_:][\w:]*)|("(?:[^"\\]|\\.)*")|(\[\d+[smhd]\])|(==|!=|=~|!~|>=|<=|[-+*/<>(){},=]))/iy;

const AGGREGATIONS = ['sum', 'max', 'min', 'count'];
const FUNCTIONS = ['increase', 'rate', 'min_over_time', 'max_over_time', 'abs', 'histogram_quantile', 'time'];
const UNIT_S: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };
/** Loosest first. */
const LEVELS = [['and'], ['==', '!=', '>', '<', '>=', '<='], ['+', '-'], ['*', '/']];
/** How long a sample is good for. */
const STALE_S = 300;

export function durationS(text: string): number {
  return Number(text.slice(0, -1)) * (UNIT_S[text.slice(-1)] ?? Number.NaN);
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (text.slice(TOKEN.lastIndex).trim() !== '') {
    const from = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) throw new Error(`not understood from: ${text.slice(from)}`);
    tokens.push(found[0].trim());
  }
  return tokens;
}

export function parse(text: string): Node {
  const tokens = tokensOf(text);
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  const next = (): string => {
    at += 1;
    return tokens[at - 1] ?? '';
  };
  const expect = (token: string): void => {
    const found = next();
    if (found !== token) throw new Error(`expected ${token}, found ${found} in: ${text}`);
  };
  const list = <Item>(end: string, item: () => Item): Item[] => {
    const items: Item[] = [];
    while (peek() !== end) {
      items.push(item());
      if (peek() !== end) expect(',');
    }
    expect(end);
    return items;
  };
  const matcher = (): Matcher => ({ label: next(), operator: next(), value: next().slice(1, -1) });
  const selector = (name: string): Node => {
    const matchers = peek() === '{' ? (next(), list('}', matcher)) : [];
    const rangeS = peek().startsWith('[') ? durationS(next().slice(1, -1)) : undefined;
    return { kind: 'selector', name, matchers, rangeS };
  };
  const primary = (): Node => {
    const token = next();
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === '(') {
      const inner = level(0);
      expect(')');
      return inner;
    }
    if (![...AGGREGATIONS, ...FUNCTIONS].includes(token)) return selector(token);
    const by = peek() === 'by' ? (next(), expect('('), list(')', next)) : [];
    expect('(');
    return { kind: 'call', name: token, by, args: list(')', () => level(0)) };
  };
  const level = (index: number): Node => {
    const operators = LEVELS[index];
    if (!operators) return primary();
    let left = level(index + 1);
    while (operators.includes(peek()))
      left = { kind: 'binary', operator: next(), left, right: level(index + 1) };
    return left;
  };
  const whole = level(0);
  if (at < tokens.length) throw new Error(`not understood: ${peek()} in: ${text}`);
  return whole;
}

/** All selectors of an expression, each with the labels that the aggregations around it keep. */
export function selectorsIn(
  node: Node,
  by: readonly string[] = [],
): { by: readonly string[]; one: Selector }[] {
  if (node.kind === 'selector') return [{ by, one: node }];
  if (node.kind === 'binary') return [...selectorsIn(node.left, by), ...selectorsIn(node.right, by)];
  return node.kind === 'call' ? node.args.flatMap((arg) => selectorsIn(arg, [...by, ...node.by])) : [];
}

/** The names of all series that an expression selects. */
export function namesIn(node: Node): string[] {
  return selectorsIn(node).map(({ one }) => one.name);
}

interface Point {
  labels: Labels;
  value: number;
}

type Value = number | Point[];

export function evaluate(expression: Node, scrapes: readonly Scrape[], at: number): Point[] {
  const value = evaluateNode(expression, scrapes, at);
  return typeof value === 'number' ? [{ labels: {}, value }] : value;
}

function evaluateNode(node: Node, scrapes: readonly Scrape[], at: number): Value {
  switch (node.kind) {
    case 'number':
      return node.value;
    case 'selector':
      return instant(node, scrapes, at);
    case 'binary':
      return binary(
        node.operator,
        evaluateNode(node.left, scrapes, at),
        evaluateNode(node.right, scrapes, at),
      );
    case 'call':
      return call(node, scrapes, at);
  }
}

export function matches({ name, matchers }: Pick<Selector, 'name' | 'matchers'>, sample: Sample): boolean {
  return (
    sample.name === name &&
    matchers.every(({ label, operator, value }) => {
      const own = sample.labels[label] ?? '';
      const isLike = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(own) : own === value;
      return operator.startsWith('!') ? !isLike : isLike;
    })
  );
}

/** By series, its points from `from` (exclusive) on. */
function series(
  selector: Pick<Selector, 'name' | 'matchers'>,
  scrapes: readonly Scrape[],
  [from, to]: readonly [number, number],
): { labels: Labels; points: { at: number; value: number }[] }[] {
  const found = new Map<string, { labels: Labels; points: { at: number; value: number }[] }>();
  for (const { at, samples } of scrapes) {
    if (at < from || at > to) continue;
    for (const sample of samples) {
      if (!matches(selector, sample)) continue;
      const key = keyOf(sample.labels, Object.keys(sample.labels));
      const one = found.get(key) ?? { labels: sample.labels, points: [] };
      one.points.push({ at, value: sample.value });
      found.set(key, one);
    }
  }
  return [...found.values()];
}

function instant(
  node: { name: string; matchers: Matcher[]; rangeS: number | undefined },
  scrapes: readonly Scrape[],
  at: number,
): Point[] {
  if (node.rangeS !== undefined) throw new Error('a range needs a function around it');
  // A series that the last scrape did not have is stale at once.
  const last = scrapes.findLast((scrape) => scrape.at <= at && scrape.at > at - STALE_S);
  return (last?.samples ?? [])
    .filter((sample) => matches(node, sample))
    .map(({ labels, value }) => ({ labels, value }));
}

function keyOf(labels: Labels, names: readonly string[]): string {
  return JSON.stringify(names.toSorted().map((name) => [name, labels[name] ?? '']));
}

function call(node: Extract<Node, { kind: 'call' }>, scrapes: readonly Scrape[], at: number): Value {
  const [first, second] = node.args;
  if (node.name === 'time') return at;
  if (!first) throw new Error(`${node.name} of nothing`);
  if (first.kind === 'selector' && first.rangeS !== undefined) {
    const { rangeS } = first;
    return series(first, scrapes, [at - rangeS, at]).flatMap(({ labels, points }) => {
      const value = overTime(node.name, points, { rangeS, at });
      return value === undefined ? [] : [{ labels, value }];
    });
  }
  if (node.name === 'histogram_quantile' && second) {
    const quantile = evaluateNode(first, scrapes, at);
    const buckets = evaluateNode(second, scrapes, at);
    if (typeof quantile !== 'number' || typeof buckets === 'number') throw new Error('not a quantile');
    return quantiles(quantile, buckets);
  }
  const inner = evaluateNode(first, scrapes, at);
  if (typeof inner === 'number') throw new Error(`${node.name} of a number`);
  if (node.name === 'abs') return inner.map(({ labels, value }) => ({ labels, value: Math.abs(value) }));
  if (!AGGREGATIONS.includes(node.name)) throw new Error(`${node.name} needs a range`);
  const groups = Map.groupBy(inner, ({ labels }) => keyOf(labels, node.by));
  return [...groups.values()].map((points) => ({
    labels: Object.fromEntries(node.by.map((name) => [name, points[0]?.labels[name] ?? ''])),
    value: aggregate(
      node.name,
      points.map(({ value }) => value),
    ),
  }));
}

function aggregate(name: string, values: readonly number[]): number {
  if (name === 'max') return Math.max(...values);
  if (name === 'min') return Math.min(...values);
  return name === 'count' ? values.length : values.reduce((sum, value) => sum + value, 0);
}

function overTime(
  name: string,
  points: readonly { at: number; value: number }[],
  { rangeS, at }: { rangeS: number; at: number },
): number | undefined {
  const values = points.map(({ value }) => value);
  if (name === 'max_over_time' || name === 'min_over_time') return aggregate(name.slice(0, 3), values);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return undefined;
  let rise = 0;
  for (const [index, value] of values.entries()) {
    const before = values[index - 1];
    if (before !== undefined) rise += value < before ? value : value - before;
  }
  const scaled = rise * extrapolation(first, last, { rangeS, at, amount: points.length, rise });
  return name === 'rate' ? scaled / rangeS : scaled;
}

/** As Prometheus does: to the edges of the range, but at most half an interval beyond the samples, and never below zero. */
function extrapolation(
  first: { at: number; value: number },
  last: { at: number },
  { rangeS, at, amount, rise }: { rangeS: number; at: number; amount: number; rise: number },
): number {
  const sampledS = last.at - first.at;
  const gapS = sampledS / (amount - 1);
  const reach = (edgeS: number): number => (edgeS < gapS * 1.1 ? edgeS : gapS / 2);
  let startS = first.at - (at - rangeS);
  if (rise > 0 && first.value >= 0) startS = Math.min(startS, sampledS * (first.value / rise));
  return (sampledS + reach(startS) + reach(at - last.at)) / sampledS;
}

function quantiles(quantile: number, buckets: readonly Point[]): Point[] {
  const without = (labels: Labels): Labels =>
    Object.fromEntries(Object.entries(labels).filter(([name]) => name !== 'le'));
  const groups = Map.groupBy(buckets, ({ labels }) => JSON.stringify(without(labels)));
  return [...groups.values()].flatMap((group) => {
    const sorted = group
      .map(({ labels, value }) => ({ le: labels['le'] === '+Inf' ? Infinity : Number(labels['le']), value }))
      .sort((one, other) => one.le - other.le);
    const all = sorted.at(-1)?.value ?? 0;
    const index = sorted.findIndex(({ value }) => value >= quantile * all);
    const [bucket, before] = [sorted[index], sorted[index - 1] ?? { le: 0, value: 0 }];
    if (!bucket || all === 0) return [];
    const share = (quantile * all - before.value) / (bucket.value - before.value);
    const value = bucket.le === Infinity ? before.le : before.le + (bucket.le - before.le) * share;
    return [{ labels: without(group[0]?.labels ?? {}), value }];
  });
}

const COMPARE: Record<string, (left: number, right: number) => boolean> = {
  '==': (left, right) => left === right,
  '!=': (left, right) => left !== right,
  '>': (left, right) => left > right,
  '<': (left, right) => left < right,
  '>=': (left, right) => left >= right,
  '<=': (left, right) => left <= right,
};
const COMPUTE: Record<string, (left: number, right: number) => number> = {
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
};

function binary(operator: string, left: Value, right: Value): Value {
  if (typeof left === 'number' && typeof right === 'number') {
    const compute = COMPUTE[operator];
    if (!compute) throw new Error(`${operator} between numbers`);
    return compute(left, right);
  }
  const partner = (labels: Labels): number | undefined => {
    if (typeof right === 'number') return right;
    const key = keyOf(labels, Object.keys(labels));
    return right.find((one) => keyOf(one.labels, Object.keys(one.labels)) === key)?.value;
  };
  if (typeof left === 'number') {
    const compute = COMPUTE[operator];
    if (!compute || typeof right === 'number') throw new Error(`${operator} after a number`);
    return right.map(({ labels, value }) => ({ labels, value: compute(left, value) }));
  }
  return left.flatMap(({ labels, value }) => {
    const other = partner(labels);
    if (other === undefined) return [];
    if (operator === 'and') return [{ labels, value }];
    const computed = COMPUTE[operator]?.(value, other);
    if (computed !== undefined) return [{ labels, value: computed }];
    return COMPARE[operator]?.(value, other) ? [{ labels, value }] : [];
  });
}
