import { GrantPayload, violation, type Violation } from '@docket/contracts';
import { invalidPayload, readStrictly } from '@docket/stage-nest';
import { Inject, Injectable } from '@nestjs/common';
import { FormChecker } from '../forms/form-checker.js';
import { CustodyTable } from '../records/custody-table.js';

/** Everything that a grant's payload must keep, told at once. */
@Injectable()
export class GrantRules {
  constructor(
    @Inject(FormChecker) private readonly forms: FormChecker,
    @Inject(CustodyTable) private readonly custody: CustodyTable,
  ) {}

  /** Resolves to the grant, or rejects with InvalidPayloadError and every violation. */
  async read(payload: unknown): Promise<GrantPayload> {
    const { instance, violations } = await readStrictly(GrantPayload, payload);
    const form = 'form' in instance ? this.forms.check(instance.form) : [];
    const withheld = this.#withheldAttachments(instance);
    if (violations.length + form.length + withheld.length === 0) return instance;
    // A place has one fault: where a rule of the payload is broken, the form's word on the same place adds nothing.
    const places = new Set(violations.map(({ path }) => path));
    throw invalidPayload([...violations, ...withheld, ...form.filter(({ path }) => !places.has(path))]);
  }

  /**
   * A document that the repository withholds must not be extracted under the name of a grant. Only what is not parsed yet is
   * asked for, so only that is looked at.
   */
  #withheldAttachments({ attachments }: { readonly attachments?: unknown }): Violation[] {
    if (!Array.isArray(attachments)) return [];
    return (attachments as unknown[]).flatMap((attachment, at) => {
      if (typeof attachment !== 'object' || attachment === null) return [];
      const { digest, parsed } = attachment as Record<string, unknown>;
      const rule = parsed !== true && typeof digest === 'string' ? this.custody.withholds(digest) : undefined;
      const message = 'a records repository withholds this document: it may not be extracted as an attachment';
      return rule ? [violation(rule, `$.attachments[${at}].digest`, message, 'a document that no custody record withholds', 'string')] : [];
    });
  }
}
