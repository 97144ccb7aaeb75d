import { classValidatorAlone } from '../validator/class-validator-alone.js';
import { timeUnits, workUnits } from '../validator/time-units.js';

/** class-transformer and class-validator with the same options on payloads that are parsed already: no digest, no errors made ours. */
const payloads = workUnits().map((bytes) => (JSON.parse(bytes.toString()) as { payload: object }).payload);
await timeUnits(payloads, classValidatorAlone);
