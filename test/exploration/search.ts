/**
 * Owns the search: every state that can be reached, the nearest first, each visited once; and what their graph says:
 * that no path goes round for ever, that each one ends settled, and how many paths there are.
 */

import { Broken } from './promises.ts';
import type { Move, State } from './state.ts';
import type { createWorld } from './world.ts';

type World = Awaited<ReturnType<typeof createWorld>>;

export interface Explored {
  states: number;
  steps: number;
  /** Complete paths, from the request to a settled end at which nobody is still busy. */
  paths: bigint;
  /** Steps of the longest path. */
  longest: number;
  /** Settled ends by the request's last state. */
  ends: Record<string, number>;
  /** Distinct places in Payout Desk's functions. */
  positions: number;
}

/** Explores the whole world; rejects with Broken, whose message tells the shortest way there. */
export async function explore(world: World, mostStates: number): Promise<Explored> {
  const numbers = new Map<string, number>();
  const parents: number[] = [];
  const labels: string[] = [];
  const edges: number[] = [];
  const firstEdge: number[] = [];
  const over: boolean[] = [];
  const ends: Record<string, number> = {};

  const wayTo = (number: number): string[] => {
    const way: string[] = [];
    for (let at = number; at > 0; at = parents[at] ?? 0) way.unshift(labels[at] ?? '?');
    return way;
  };
  const broken = (promise: string, number: number): Broken =>
    new Broken(`${promise}\n${wayTo(number).join('\n')}`);

  function visit(state: State, parent: number, label: string): { number: number; isNew: boolean } {
    const key = world.keyOf(state);
    const known = numbers.get(key);
    if (known !== undefined) return { number: known, isNew: false };
    const number = numbers.size;
    if (number >= mostStates) throw new Error(`There are more than ${mostStates} states.`);
    numbers.set(key, number);
    parents.push(parent);
    labels.push(label);
    return { number, isNew: true };
  }

  visit(world.start, 0, 'start');
  let frontier: State[] = [world.start];
  let number = 0;
  while (frontier.length > 0) {
    const following: State[] = [];
    for (const state of frontier) {
      firstEdge.push(edges.length);
      let moves: Move[];
      try {
        moves = await world.moves(state);
      } catch (error) {
        throw error instanceof Broken ? broken(error.message, number) : error;
      }
      const isOver = world.isOver(state);
      over.push(isOver);
      if (isOver) {
        for (const { status } of world.records.get(state.record).requests)
          ends[status] = (ends[status] ?? 0) + 1;
      } else if (moves.length === 0) {
        throw broken('every path ends settled', number);
      }
      for (const { to, label } of moves) {
        const next = visit(to, number, label);
        edges.push(next.number);
        if (next.isNew) following.push(to);
      }
      number += 1;
    }
    frontier = following;
  }
  firstEdge.push(edges.length);
  const { paths, longest, round } = countPaths(firstEdge, edges, over);
  if (round !== undefined) throw broken('no path goes round for ever', round);
  return { states: number, steps: edges.length, paths, longest, ends, positions: world.programs.count() };
}

/** Walks the graph so that each state comes after all that lead to it; a state never reached so lies on a circle. */
function countPaths(firstEdge: readonly number[], edges: readonly number[], over: readonly boolean[]) {
  const states = over.length;
  const waiting = new Int32Array(states);
  for (const to of edges) waiting[to] = (waiting[to] ?? 0) + 1;
  const ways: (bigint | undefined)[] = Array.from({ length: states });
  const depth = new Int32Array(states);
  ways[0] = 1n;
  const ready = [0];
  let paths = 0n;
  let longest = 0;
  let done = 0;
  for (let at = ready.pop(); at !== undefined; at = ready.pop()) {
    done += 1;
    const here = ways[at] ?? 0n;
    ways[at] = undefined;
    if (over[at]) paths += here;
    longest = Math.max(longest, depth[at] ?? 0);
    for (let edge = firstEdge[at] ?? 0; edge < (firstEdge[at + 1] ?? 0); edge += 1) {
      const to = edges[edge] ?? 0;
      ways[to] = (ways[to] ?? 0n) + here;
      depth[to] = Math.max(depth[to] ?? 0, (depth[at] ?? 0) + 1);
      waiting[to] = (waiting[to] ?? 0) - 1;
      if (waiting[to] === 0) ready.push(to);
    }
  }
  const round = done === states ? undefined : waiting.findIndex((count) => count > 0);
  return { paths, longest, round };
}
