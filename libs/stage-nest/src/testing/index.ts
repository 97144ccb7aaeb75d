export { type StageTest, type TestOutput, type TestRecord, type TestResult } from './stage-test.js';
export { testStage, type TestStageOptions } from './test-stage.js';
