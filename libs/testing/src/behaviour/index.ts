export { PARTITIONS, type BehaviourWorld, type DrivenGroup, type Member } from './behaviour-world.js';
export { describeBehaviour } from './describe-behaviour.js';
export { ALL_FEATURES, type Features } from './features.js';
