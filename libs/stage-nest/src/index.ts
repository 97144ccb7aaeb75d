export type { StageBinding } from './bind-stage.js';
export { RecordContext } from './record-context.js';
export { openRuntime, type Runtime, type StageSettings } from './runtime.js';
export { serveStages, type ServeOptions } from './serve.js';
export { StageController } from './stage-controller.decorator.js';
export { StageServer, type StageServerOptions } from './stage-server.js';
export { invalidPayload, readStrictly, strictPayload, violationsOf, type StrictReading } from './strict-payload.pipe.js';
