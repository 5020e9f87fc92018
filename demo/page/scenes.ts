/** Owns the six scenes of the guide: what to do in each, and what has to be seen before a step counts as done. */

import type { Stage } from '../stage.ts';
import { createAuditWatch } from './audit-watch.ts';
import { createEyes } from './eyes.ts';
import { prepareScene } from './prepare.ts';
import type { PageScene, SceneId } from './protocol.ts';
import type { SceneFacts } from './scene-places.ts';
import { scenesOf } from './scene-steps.ts';
import type { Troubles } from './troubles.ts';

export interface Scenes {
  /** As they are now. A step that was seen once stays done. */
  look(): PageScene[];
  /** Sets what the scene needs. */
  begin(scene: SceneId): void;
  /** Calls back when a step may be done for a reason that nobody else announces. */
  onChange(listener: () => void): () => void;
  close(): Promise<void>;
}

export function createScenes(stage: Stage, troubles: Troubles): Scenes {
  const listeners = new Set<() => void>();
  const announce = (): void => {
    for (const listener of listeners) listener();
  };
  const audit = createAuditWatch(stage, announce);
  const eyes = createEyes(stage);
  const facts: SceneFacts = { stage, eyes, audit, troubles };
  const scenes = scenesOf(facts);
  const done = new Set<string>();
  let wasRunning = true;
  /** The scene of the kill has begun: the link that waits for approval is made slow, and no other. */
  let isArmed = false;
  let slow: string | undefined;
  const aim = (): void => {
    if (!isArmed) return;
    const waiting = eyes
      .requested()
      .find((linkId) => eyes.canBeDecided(linkId) && eyes.cancelCalls(linkId).length === 0);
    if (waiting === undefined || waiting === slow) return;
    slow = waiting;
    troubles.slowTrack(waiting);
  };

  const unsubscribe = stage.desk.onChange(() => {
    const isRunning = stage.desk.state === 'running';
    if (wasRunning && !isRunning) {
      // What made it slow enough to be killed in time would only delay its recovery.
      troubles.slowTrack(undefined);
      slow = undefined;
      audit.deskEnded();
    }
    wasRunning = isRunning;
  });
  return {
    look() {
      aim();
      return scenes.map(({ id, title, steps }) => ({
        id,
        title,
        steps: steps.map(({ say, seen, where }, index) => {
          const step = `${id} ${index}`;
          if (!done.has(step) && seen()) done.add(step);
          return {
            say: typeof say === 'string' ? say : say(),
            done: done.has(step),
            ...(where && { where }),
          };
        }),
      }));
    },
    begin(scene) {
      troubles.clear();
      slow = undefined;
      isArmed = scene === 'kill' && audit.betweenApprovalAndCall.size === 0;
      // What cannot be prepared is done by hand, as in the scenes before.
      void prepareScene(scene, stage, eyes).catch(() => {});
    },
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async close() {
      unsubscribe();
      listeners.clear();
      await audit.close();
    },
  };
}
