import { CORE_MUTANTS } from './core-mutants.js';
import type { Mutant } from './mutant.js';
import { PORT_MUTANTS } from './port-mutants.js';

/** Every deliberate bug; the simulator is worth what it finds of them. */
export const MUTANTS: readonly Mutant[] = [...PORT_MUTANTS, ...CORE_MUTANTS];
