import { applyDecorators, Catch, Controller, UseFilters, type ExceptionFilter } from '@nestjs/common';

/** Nest would flatten an error to `{ status, message }`; a stage needs its code and kind. */
@Catch()
class RethrowFilter implements ExceptionFilter {
  catch(error: unknown): never {
    throw error;
  }
}

/**
 * A class whose @EventPattern methods handle records. `{lane}` in a pattern stands for the lane of the process.
 * A handler returns a HandlerResult or throws a DocketError.
 */
export function StageController(): ClassDecorator {
  return applyDecorators(Controller(), UseFilters(RethrowFilter));
}
