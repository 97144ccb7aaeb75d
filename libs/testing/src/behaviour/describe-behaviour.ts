import { afterEach, beforeEach, describe } from 'vitest';
import type { BehaviourWorld } from './behaviour-world.js';
import { commitBehaviour } from './commit.behaviour.js';
import { deliveryBehaviour } from './delivery.behaviour.js';
import type { Features } from './features.js';
import { membershipBehaviour } from './membership.behaviour.js';

/**
 * What every adapter of TaskPort and MembershipPort must do, the same for all: to be called in a spec of the adapter.
 * @param makeWorld a new broker, or topics and a group that nobody used yet; called for each behaviour
 */
export function describeBehaviour(name: string, features: Features, makeWorld: () => Promise<BehaviourWorld>): void {
  describe(`${name} behaves as the ports say:`, () => {
    let world: BehaviourWorld;
    beforeEach(async () => (world = await makeWorld()));
    afterEach(() => world.close());
    describe('a commit', () => commitBehaviour(features, () => world));
    describe('deliveries:', () => deliveryBehaviour(features, () => world));
    describe('membership:', () => membershipBehaviour(features, () => world));
  });
}
