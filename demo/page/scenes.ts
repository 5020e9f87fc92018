/** Owns the six scenes of the guide: what to do in each, and what has to be seen before a step counts as done. */

import type { Stage } from '../stage.ts';
import { createAuditWatch } from './audit-watch.ts';
import { createEyes } from './eyes.ts';
import type { PageScene, SceneId } from './protocol.ts';
import { scenesOf, type SceneFacts } from './scene-steps.ts';
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
  const facts: SceneFacts = { stage, eyes: createEyes(stage), audit };
  const scenes = scenesOf(facts);
  const done = new Set<string>();
  let wasRunning = true;

  const unsubscribe = stage.desk.onChange(() => {
    const isRunning = stage.desk.state === 'running';
    if (wasRunning && !isRunning) {
      // What made it slow enough to be killed in time would only delay its recovery.
      troubles.slowTrack(false);
      audit.deskEnded();
    }
    wasRunning = isRunning;
  });
  return {
    look: () =>
      scenes.map(({ id, title, steps }) => ({
        id,
        title,
        steps: steps.map(({ say, seen }, index) => {
          const step = `${id} ${index}`;
          if (!done.has(step) && seen()) done.add(step);
          return { say: typeof say === 'string' ? say : say(), done: done.has(step) };
        }),
      })),
    begin(scene) {
      troubles.clear();
      troubles.slowTrack(scene === 'kill');
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
