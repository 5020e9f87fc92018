/** Owns the demo on the page: a stage, what is seen of it, and what can be done; another one when the page asks to start over. */

import { openStage, type Stage } from '../stage.ts';
import { perform } from './acts.ts';
import { createDemoClock, type DemoClock, MONDAY_MORNING } from './clock.ts';
import type { Act, Update } from './protocol.ts';
import { addSceneLinks } from './scene-links.ts';
import { createScenes, type Scenes } from './scenes.ts';
import { type PageServer, startPageServer } from './server.ts';
import { createTroubles, type Troubles } from './troubles.ts';
import { createWorld, type World } from './world.ts';

export interface Show {
  url: string;
  /** The one of now: starting over makes another. */
  readonly stage: Stage;
  close(): Promise<void>;
}

export interface ShowOptions {
  port?: number;
  say: (text: string) => void;
  /** Of Payout Desk, instead of the demo's. */
  settings?: Readonly<Record<string, string>>;
}

interface Cast {
  stage: Stage;
  troubles: Troubles;
  scenes: Scenes;
  world: World;
  clock: DemoClock;
}

/** Ctrl-C ends everything within two seconds, whatever Payout Desk is waiting for. */
const CLOSE_MS = 1_200;
/** Longer than the slowest switch, and short enough to see what comes of no answer. */
const TIMEOUT = '6s';

export async function openShow({ port, ...options }: ShowOptions): Promise<Show> {
  const listeners = new Set<(update: Update) => void>();
  let now = await openSet(options);
  let stop = follow();
  let starting: Promise<void> | undefined;

  function follow(): () => void {
    let first = true;
    const unsubscribe = now.world.subscribe((update) => {
      // Who listens already has everything; who comes later asks for it.
      if (!first) for (const listener of listeners) listener(update);
      first = false;
    });
    return unsubscribe;
  }
  async function startOver(): Promise<void> {
    stop();
    for (const listener of listeners) listener({ desk: 'starting' });
    await closeSet(now);
    now = await openSet(options);
    stop = follow();
    for (const listener of listeners) everythingTo(listener);
  }
  function everythingTo(listener: (update: Update) => void): void {
    now.world.subscribe(listener)();
  }
  async function act(wanted: Act): Promise<void> {
    if (starting) throw new Error('The demo is starting over. Try again in a few seconds.');
    if (wanted.act !== 'reset') return perform(wanted, now);
    starting = startOver();
    try {
      await starting;
    } finally {
      starting = undefined;
    }
  }

  let server: PageServer;
  try {
    server = await startPageServer({
      ...(port !== undefined && { port }),
      act,
      file: (id) => now.world.file(id),
      subscribe(listener) {
        everythingTo(listener);
        listeners.add(listener);
        return () => void listeners.delete(listener);
      },
    });
  } catch (error) {
    await closeSet(now);
    throw error;
  }
  return {
    url: server.url,
    get stage() {
      return now.stage;
    },
    async close() {
      await server.close();
      await starting?.catch(() => {});
      await closeSet(now);
    },
  };
}

async function openSet({ say, settings }: ShowOptions): Promise<Cast> {
  const stage = await openStage({
    startAt: MONDAY_MORNING,
    restarts: { say },
    settings: () => ({ INSTANTPAY_TIMEOUT: TIMEOUT, ...settings }),
  });
  addSceneLinks(stage.instantpay, stage.clock());
  // The switches announce themselves to the world, which is made of them.
  let touch = (): void => {};
  const troubles = createTroubles(stage.instantpay, () => touch());
  const scenes = createScenes(stage, troubles);
  const world = createWorld({ stage, troubles, scenes });
  touch = () => world.touch();
  const clock = createDemoClock(stage, () => world.moved());
  return { stage, troubles, scenes, world, clock };
}

async function closeSet({ stage, scenes, world }: Cast): Promise<void> {
  world.close();
  await scenes.close();
  await stage.close({ withinMs: CLOSE_MS });
}
