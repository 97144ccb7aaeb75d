import { describeBehaviour } from './describe-behaviour.js';
import { ALL_FEATURES } from './features.js';
import { SimulatedWorld } from './simulated-world.js';

describeBehaviour('the simulated broker', ALL_FEATURES, () => Promise.resolve(new SimulatedWorld()));
