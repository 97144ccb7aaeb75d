/** The same service; the bench lets its stage run meanwhile. */
import './intake.js';
