/**
 * Owns the world around Payout Desk's functions as data: what the store holds, what InstantPay has done, what time it is,
 * how far each actor has come; and every step that can come next. A step that breaks a promise throws Broken.
 */

import { SYSTEM_ACTOR } from '../../src/payouts/audit-entry.ts';
import { Unavailable } from '../../src/errors.ts';
import { type Batch, batchOf } from '../../src/payouts/cancel/batch.ts';
import { type CancelRequest, isUnfinished } from '../../src/payouts/cancel/request.ts';
import type { Store } from '../../src/payouts/store.ts';
import { memoryStore } from '../fakes/memory-store.ts';
import { EVERY_STATUS, NOON } from '../payouts/setup.ts';
import { type Answer, createPrograms, job, type Operation, type Position } from './programs.ts';
import { Broken, checkCall, checkEnd, checkState, checkStored, checkTold } from './promises.ts';
import { createShelf } from './shelf.ts';
import {
  type Actor,
  actorAt,
  type Amount,
  GONE,
  linkAt,
  type Move,
  NONE,
  spend,
  type State,
  withActor,
  withLink,
  type WorldOptions,
} from './state.ts';
import { answerOf, effectOf, instantsOf, LINK_WAYS, linkAs } from './upstream.ts';

const FAILURE = new Unavailable('A port failed.');

const AMOUNTS: readonly Amount[] = ['asked', 'other', 'unreadable'];

export async function createWorld(options: WorldOptions) {
  const spoilStore = options.spoilStore ?? ((store: Store) => store);
  const linkIds = options.requests.map(({ linkId }) => linkId);
  // For each request one on each replica.
  const jobs = options.requests.flatMap(({ id }) => options.clicks.map(() => job(id)));
  const programs = createPrograms(
    [...options.clicks.map(({ program }) => program), ...jobs],
    options.spoilDeps ?? ((deps) => deps),
  );
  await programs.ready();
  const records = createShelf<Batch>();
  const answers = createShelf<Answer>();
  const times = new Map<number, number>();
  const failed = answers.put({ kind: 'failed', error: FAILURE }, 'failed');
  const stored = new Map<string, { answer: number; record: number }>();
  const delegations = options.lent ?? [];
  /** Who may lose the right: at most four, for the key of a state. */
  const deciders = [
    ...new Set([...options.clicks.map(({ by }) => by), ...delegations.map(({ userId }) => userId)]),
  ];
  const replicas = options.clicks.length;
  const replicaOf = (actor: number): number => actor % replicas;
  const isJob = (actor: number): boolean => actor >= replicas;
  /** The request that an actor's job is for. */
  const requestOf = (state: State, actor: number): CancelRequest => {
    const request = records.get(state.record).requests[Math.floor(actor / replicas) - 1];
    if (!request) throw new Error(`There is no job ${actor}.`);
    return request;
  };
  const first = batchOf(options.requests);
  if (!first) throw new Error('There is nothing to explore.');

  const start: State = {
    record: records.put(first),
    links: options.requests.map(() => ({
      status: 'ISSUED',
      amount: 'asked',
      flying: false,
      sent: 0,
      executed: 0,
      decidedAt: undefined,
    })),
    now: NOON,
    gone: [],
    goneEarly: [],
    lent: true,
    lentEndedEarly: false,
    died: false,
    left: options.budget,
    actors: [
      ...options.clicks.map(({ program }) => ({
        at: programs.start(program).id,
        holds: NONE,
        told: undefined,
      })),
      ...jobs.map(() => ({ at: GONE, holds: NONE, told: undefined })),
    ],
  };

  /** What an operation does to the stored batch: asked of a real store, once for each batch and operation. */
  async function work({ record, lent }: State, position: Position, operation: Operation) {
    const key = `${record} ${position.id} ${lent}`;
    const known = stored.get(key);
    if (known) return known;
    const before = records.get(record);
    const memory = memoryStore();
    const opened = before.requests.map(() => ({
      at: 0,
      actorId: SYSTEM_ACTOR,
      action: 'cancel.requested' as const,
    }));
    await memory.requests.open(before.requests, opened, []);
    for (const delegation of lent ? delegations : []) await memory.delegations.lend(delegation, []);
    const answer = await perform(spoilStore(memory), operation);
    const { requests, audit, cards: outbox } = memory.contents();
    const after = batchOf(requests);
    if (!after) throw new Error('The store lost the requests.');
    const rows = audit.slice(opened.length);
    if (!options.unchecked?.includes('store'))
      checkStored({ before, after, rows, outbox, operation, answer });
    const result = { answer: answers.put(answer), record: records.put(after) };
    stored.set(key, result);
    return result;
  }

  /**
   * The actor takes its answer and goes on to its next operation, or to its end. What nobody else can see (asking
   * who somebody is, writing down a refusal) happens at once: when it happens makes no difference to anybody.
   */
  async function deliver(state: State, index: number, answerId: number): Promise<Move[]> {
    const actor = actorAt(state, index);
    const now = state.now + (options.skewMs[replicaOf(index)] ?? 0);
    const next = programs.advance(programs.at(actor.at), answers.get(answerId), answerId, now);
    const position = next instanceof Promise ? await next : next;
    if (position.fault !== undefined) throw new Broken(`a function ended with ${position.fault}`);
    const told = position.told === 'decided' ? position.told : undefined;
    if (!position.operation)
      return [{ label: '', to: withActor(state, index, { at: GONE, holds: NONE, told }) }];
    const there = withActor(state, index, { ...actor, at: position.id, holds: NONE });
    return position.operation.kind === 'append'
      ? privately(there, index, (await work(state, position, position.operation)).answer)
      : [{ label: '', to: there }];
  }

  async function privately(state: State, index: number, answer: number): Promise<Move[]> {
    const moves = await deliver(state, index, answer);
    if (state.left.breaks === 0) return moves;
    const failing = await deliver(spend(state, 'breaks'), index, failed);
    return [...moves, ...failing.map(({ to, label }) => ({ to, label: `${label}, and then fails` }))];
  }

  function hold(state: State, index: number, answer: number): State {
    return withActor(state, index, { ...actorAt(state, index), holds: answer });
  }

  /** The steps of one actor: its operation happens (one way or another), or its answer arrives. */
  async function stepsOf(state: State, index: number, moves: Move[]): Promise<void> {
    const actor = actorAt(state, index);
    if (actor.at === GONE) return;
    const position = programs.at(actor.at);
    const { operation } = position;
    if (!operation) throw new Error('An actor waits for nothing.');
    const name = nameOf(index);
    const add = (label: string, more: readonly Move[]): void => {
      for (const move of more) moves.push({ label: `${label}${move.label}`, to: move.to });
    };
    if (actor.holds !== NONE) {
      add(`${name} hears`, await deliver(state, index, actor.holds));
      return;
    }
    const label = `${name} ${operation.kind}`;
    const fails = async (from: State, what: string): Promise<void> => {
      if (state.left.breaks === 0) return;
      const again = from.left.breaks < options.budget.breaks;
      // A holder that can neither read its claim again nor save what became of it owes that to its replica's job,
      // which is not explored.
      const { holder } = position;
      const isOurs = (request: CancelRequest): boolean => request.holder === holder;
      const owes =
        operation.kind === 'find'
          ? records
              .get(from.record)
              .requests.some((request) => request.id === operation.id && isOurs(request))
          : operation.kind === 'save' && operation.changes.some(({ before }) => isOurs(before));
      const after = { ...spend(from, 'breaks'), died: from.died || again || owes };
      add(`${label} ${what}`, await deliver(after, index, failed));
    };
    switch (operation.kind) {
      case 'track': {
        const { status, amount } = linkAt(state, linkIds.indexOf(operation.linkId));
        const link = answers.put({ kind: 'track', link: linkAs(operation.linkId, status, amount) });
        moves.push({ label: `${label}: ${status}`, to: hold(state, index, link) });
        if (state.left.troubles > 0) {
          moves.push({ label: `${label} fails`, to: hold(spend(state, 'troubles'), index, failed) });
        }
        return;
      }
      case 'cancel': {
        // InstantPay's client sends nothing from that instant on, see test/instantpay/too-late.test.ts.
        const now = state.now + (options.skewMs[replicaOf(index)] ?? 0);
        const late = now >= operation.before;
        const at = linkIds.indexOf(operation.linkId);
        const link = linkAt(state, at);
        if (!late) {
          const skewMs = Math.max(...options.skewMs) - Math.min(...options.skewMs);
          const asked = options.requests[at];
          const record = records.get(state.record).requests[at];
          if (!asked || !record) throw new Error(`Nobody asked for ${operation.linkId}.`);
          const checksHolder = !options.unchecked?.includes('holder');
          checkCall({ asked, record, link, state, caller: position, now, skewMs, checksHolder });
        }
        for (const outcome of late ? (['not_sent'] as const) : options.outcomes) {
          const costs = outcome === 'not_sent' && !late;
          const effect = effectOf(outcome, link);
          if (!effect || (costs && state.left.troubles === 0)) continue;
          const from = costs ? spend(state, 'troubles') : state;
          const held = answers.put({ kind: 'cancel', answer: answerOf(outcome) });
          moves.push({ label: `${label}: ${outcome}`, to: hold(withLink(from, at, effect), index, held) });
        }
        return;
      }
      case 'person': {
        const isGone = state.gone.includes(operation.userId);
        const person = answers.put({ kind: 'person', person: isGone ? 'deactivated' : 'member' });
        await atOnce(state, index, person, { label, moves });
        return;
      }
      case 'delegations': {
        const active = answers.put({ kind: 'delegations', delegations: state.lent ? [...delegations] : [] });
        // The right may end before the decision that is made by it is stored.
        for (const { to } of await privately(state, index, active)) moves.push({ label, to });
        return;
      }
      case 'find':
      case 'findBatch':
      case 'save': {
        const { answer, record } = await work(state, position, operation);
        const links = state.links.map((link, at) =>
          link.decidedAt === undefined && records.get(record).requests[at]?.status === 'approved'
            ? { ...link, decidedAt: state.now }
            : link,
        );
        const after = { ...state, record, links };
        add(label, await deliver(after, index, answer));
        if (state.left.late > 0) moves.push({ label, to: hold(spend(after, 'late'), index, answer) });
        await fails(state, 'fails before it happened');
        if (record !== state.record) await fails(after, 'fails after it happened');
        return;
      }
      case 'append':
        throw new Error('A refusal is written down at once.');
    }
  }

  /** What is only asked for happens together with what is done about it. */
  async function atOnce(
    state: State,
    index: number,
    answer: number,
    { label, moves }: { label: string; moves: Move[] },
  ): Promise<void> {
    for (const { to } of await privately(state, index, answer)) {
      if (actorAt(to, index).at === GONE) moves.push({ label: `${label} fails`, to });
      else await stepsOf(to, index, moves);
    }
  }

  function nameOf(index: number): string {
    return `${isJob(index) ? 'job' : 'click'} ${'ABC'.charAt(replicaOf(index))}`;
  }

  /** A job takes its request up when its replica's clock says that it is due. */
  async function awakenings(state: State, moves: Move[]): Promise<void> {
    const isBusy = state.actors.some(({ at }) => at !== GONE && !programs.at(at).isStart);
    if (isBusy && state.left.wakings === 0) return;
    const from = isBusy ? spend(state, 'wakings') : state;
    for (const [index, actor] of state.actors.entries()) {
      if (!isJob(index) || actor.at !== GONE) continue;
      const request = requestOf(state, index);
      const now = state.now + (options.skewMs[replicaOf(index)] ?? 0);
      if (!isUnfinished(request) || (request.wakeAt ?? Infinity) > now) continue;
      const program = jobs[index - replicas];
      if (!program) continue;
      const at = programs.start(program).id;
      await stepsOf(withActor(from, index, { ...actor, at }), index, moves);
    }
  }

  /** A replica dies: whatever it was at is dropped for ever. Clicks that did not reach it yet will find the next one. */
  function crashes(state: State, moves: Move[]): void {
    if (state.left.breaks === 0) return;
    for (let replica = 0; replica < replicas; replica += 1) {
      const lost = ({ at, holds }: Actor, index: number): boolean =>
        replicaOf(index) === replica && at !== GONE && (holds !== NONE || !programs.at(at).isStart);
      if (!state.actors.some(lost)) continue;
      const actors = state.actors.map((actor, index) =>
        lost(actor, index) ? { at: GONE, holds: NONE, told: undefined } : actor,
      );
      moves.push({
        label: `replica ${'ABC'.charAt(replica)} dies`,
        to: { ...spend(state, 'breaks'), actors, died: true },
      });
    }
  }

  /** Time goes on to any instant from which something is different for some replica. */
  function passing(state: State, moves: Move[]): void {
    const instants = new Set<number>();
    const nobodyIsLeft = state.actors.every(({ at }) => at === GONE);
    const ageing = options.ageing || nobodyIsLeft;
    const { requests } = records.get(state.record);
    for (const at of requests.flatMap((one) => instantsOf(one, { ageing, lookUps: options.lookUps }))) {
      for (const skew of options.skewMs) if (at - skew > state.now && at < Infinity) instants.add(at - skew);
    }
    for (const now of instants) {
      const isLate = state.actors.some((actor, index) => isHeldUp(actor, index, state.now, now));
      if (isLate && state.left.freezes === 0) continue;
      const from = isLate ? spend(state, 'freezes') : state;
      moves.push({ label: `time passes to +${(now - NOON) / 1_000} s`, to: { ...from, now } });
    }
  }

  /** Whether an actor that is about to call misses its time by this step of the clock. */
  function isHeldUp({ at, holds }: Actor, index: number, from: number, to: number): boolean {
    if (at === GONE || holds !== NONE) return false;
    const { operation } = programs.at(at);
    if (operation?.kind !== 'cancel') return false;
    const skew = options.skewMs[replicaOf(index)] ?? 0;
    return from + skew < operation.before && to + skew >= operation.before;
  }

  function upstream(state: State, moves: Move[]): void {
    people(state, moves);
    for (const [index, { flying, status, amount, executed }] of state.links.entries()) {
      const name = state.links.length === 1 ? 'link' : `link ${index + 1}`;
      const change = (label: string, from: State, changes: Parameters<typeof withLink>[2]): void => {
        moves.push({ label, to: withLink(from, index, changes) });
      };
      if (flying && status === 'ISSUED') {
        const arrived = { status: 'CANCELLED' as const, executed: executed + 1, flying: false };
        change('the late call arrives', state, arrived);
      }
      if (state.left.amounts > 0 && status === 'ISSUED') {
        for (const other of AMOUNTS.filter((one) => one !== amount)) {
          change(`the amount of the ${name} becomes ${other}`, spend(state, 'amounts'), { amount: other });
        }
      }
      if (state.left.moves === 0) continue;
      for (const to of LINK_WAYS[status] ?? []) {
        change(`the ${name} becomes ${to}`, spend(state, 'moves'), { status: to });
      }
    }
  }

  /** Somebody who decides loses the right to, before the last approval or after it. */
  function people(state: State, moves: Move[]): void {
    if (state.left.rights === 0) return;
    const early = records.get(state.record).requests.some(({ status }) => status === 'pending');
    if (state.lent && delegations.length > 0) {
      const to = { ...spend(state, 'rights'), lent: false, lentEndedEarly: early };
      moves.push({ label: 'the approver is back', to });
    }
    for (const by of deciders) {
      if (state.gone.includes(by)) continue;
      const gone = [...state.gone, by].sort();
      const goneEarly = early ? [...state.goneEarly, by].sort() : state.goneEarly;
      moves.push({ label: `${by} loses the right`, to: { ...spend(state, 'rights'), gone, goneEarly } });
    }
  }

  function check(from: State, to: State, label: string): void {
    try {
      const batch = records.get(to.record);
      const before = records.get(from.record);
      for (const [index, request] of batch.requests.entries()) {
        const link = linkAt(to, index);
        checkState(link, request, !options.unchecked?.includes('unsent'));
        if (request.version !== before.requests[index]?.version)
          checkEnd(to, link, request, options.strict ?? false);
      }
      for (const [index, { told }] of to.actors.entries()) {
        const click = options.clicks[index];
        if (click && told && !options.unchecked?.includes('told')) checkTold(click, batch);
      }
    } catch (error) {
      throw error instanceof Broken ? new Broken(`${error.message} (${label})`) : error;
    }
  }

  function timeNumber(now: number): number {
    const known = times.get(now) ?? times.size;
    times.set(now, known);
    return known;
  }

  return {
    start,
    programs,
    records,
    /** Every step that can come next. Throws Broken when one of them breaks a promise. */
    async moves(state: State): Promise<Move[]> {
      const moves: Move[] = [];
      for (const index of state.actors.keys()) await stepsOf(state, index, moves);
      await awakenings(state, moves);
      crashes(state, moves);
      passing(state, moves);
      upstream(state, moves);
      for (const { to, label } of moves) check(state, to, label);
      return moves;
    },
    /** Nothing is left to do: every request is settled and nobody is at it. */
    isOver: (state: State): boolean =>
      !records.get(state.record).requests.some(isUnfinished) && state.actors.every(({ at }) => at === GONE),
    keyOf(state: State): string {
      const { amounts, breaks, freezes, late, moves, rights, troubles, wakings } = state.left;
      const bits = (users: readonly string[]): number =>
        deciders.reduce((sum, by, at) => sum + (users.includes(by) ? 1 << at : 0), 0);
      const numbers = [
        state.record,
        timeNumber(state.now),
        Number(state.lent) * 2048 +
          Number(state.lentEndedEarly) * 1024 +
          bits(state.gone) * 32 +
          bits(state.goneEarly) * 2 +
          Number(state.died),
        late * 131_072 +
          amounts * 32_768 +
          rights * 16_384 +
          freezes * 4096 +
          breaks * 512 +
          moves * 64 +
          troubles * 8 +
          wakings,
      ];
      for (const { status, amount, flying, sent, executed, decidedAt } of state.links) {
        numbers.push(
          EVERY_STATUS.indexOf(status) * 256 +
            AMOUNTS.indexOf(amount) * 64 +
            Number(flying) * 32 +
            sent * 8 +
            executed,
          decidedAt === undefined ? 0 : 1 + timeNumber(decidedAt),
        );
      }
      for (const { at, holds, told } of state.actors) numbers.push(at + 1, (holds + 1) * 2 + (told ? 1 : 0));
      // Two signs for a number, so that none is too large for them.
      return String.fromCharCode(...numbers.flatMap((number) => [number & 0xffff, number >>> 16]));
    },
  };
}

async function perform(store: Store, operation: Operation): Promise<Answer> {
  switch (operation.kind) {
    case 'find':
      return { kind: 'find', request: await store.requests.find(operation.id) };
    case 'findBatch':
      return { kind: 'findBatch', batch: await store.requests.findBatch(operation.id) };
    case 'save':
      return {
        kind: 'save',
        saved: await store.requests.save(operation.changes, operation.messages, operation.holding),
      };
    case 'append':
      await store.audit.append(operation.entry);
      return { kind: 'append' };
    case 'person':
    case 'delegations':
    case 'track':
    case 'cancel':
      throw new Error(`${operation.kind} is none of the store's operations.`);
  }
}
