import { BootstrapError } from './workspace.mjs';

/** Runs a script's body; what goes wrong ends it with exit code 1, without a stack where the user can do something. */
export async function reported(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof BootstrapError ? `docket: ${error.message}` : error);
    process.exitCode = 1;
  }
}
