import { Body, Controller, Delete, Get, Inject, Param, Put } from '@nestjs/common';
import { scriptSchema, type ScriptSpec } from '../faults/script.schema.js';
import type { Funder } from '../funders/funder.js';
import { Refusal } from '../refusal.js';
import { SIMULATOR_PARTS, type SimulatorParts } from '../simulator.parts.js';
import { funderNamed } from './funder-named.js';

export interface ScriptReport {
  readonly script: ScriptSpec | null;
  /** Milliseconds that it has been in place; 0 without a script. */
  readonly elapsedMs: number;
}

/** What a funder does wrong, changed while it runs. */
@Controller('admin/funders/:funderId/script')
export class ScriptController {
  constructor(@Inject(SIMULATOR_PARTS) private readonly parts: SimulatorParts) {}

  @Get()
  show(@Param('funderId') funderId: string): ScriptReport {
    return report(funderNamed(this.parts, funderId));
  }

  @Put()
  put(@Param('funderId') funderId: string, @Body() body: unknown): ScriptReport {
    const funder = funderNamed(this.parts, funderId);
    const script = scriptSchema.safeParse(body, { reportInput: false });
    if (!script.success) {
      const errors = script.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
      throw new Refusal(400, 'the script is not well-formed: see the README of the funder simulator', { errors });
    }
    funder.run(script.data);
    return report(funder);
  }

  @Delete()
  remove(@Param('funderId') funderId: string): ScriptReport {
    const funder = funderNamed(this.parts, funderId);
    funder.run(undefined);
    return report(funder);
  }
}

function report({ script }: Funder): ScriptReport {
  return script === undefined ? { script: null, elapsedMs: 0 } : { script: script.spec, elapsedMs: script.elapsedMs };
}
