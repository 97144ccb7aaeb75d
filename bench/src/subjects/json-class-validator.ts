import { classValidatorAlone } from '../validator/class-validator-alone.js';
import { timeUnits, workUnits } from '../validator/time-units.js';

/** The same from a record's bytes: JSON.parse goes before. */
await timeUnits(workUnits(), (bytes) => classValidatorAlone((JSON.parse(bytes.toString()) as { payload: object }).payload));
