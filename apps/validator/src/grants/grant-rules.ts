import { GrantPayload, violation, type Violation } from '@docket/contracts';
import { parseObjectUri } from '@docket/object-store';
import { invalidPayload, readStrictly } from '@docket/stage-nest';
import { Inject, Injectable } from '@nestjs/common';
import { FormChecker } from '../forms/form-checker.js';
import { CustodyTable } from '../records/custody-table.js';

/** Documents of other tenants and lanes, and texts that Docket itself stored. */
const RECORDS_BUCKET = /^records-/;

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
    const attached = this.#attachmentFaults(instance);
    if (violations.length + form.length + attached.length === 0) return instance;
    // A place has one fault: where a rule of the payload is broken, the form's word on the same place adds nothing.
    const places = new Set(violations.map(({ path }) => path));
    throw invalidPayload([...violations, ...attached, ...form.filter(({ path }) => !places.has(path))]);
  }

  /**
   * A document that the repository withholds must not be extracted under the name of a grant, nor one from elsewhere than a store of
   * the senders. Only what is not parsed yet is
   * asked for, so only that is looked at.
   */
  #attachmentFaults({ attachments }: { readonly attachments?: unknown }): Violation[] {
    if (!Array.isArray(attachments)) return [];
    return (attachments as unknown[]).flatMap((attachment, at) => {
      if (typeof attachment !== 'object' || attachment === null) return [];
      const { digest, parsed, uri } = attachment as Record<string, unknown>;
      if (parsed === true) return [];
      const rule = typeof digest === 'string' ? this.custody.withholds(digest) : undefined;
      const elsewhere = typeof uri === 'string' && uri !== '' && !isInSendersStore(uri);
      const message = 'a records repository withholds this document: it may not be extracted as an attachment';
      return [
        ...(rule ? [violation(rule, `$.attachments[${at}].digest`, message, 'a document that no custody record withholds', 'string')] : []),
        ...(elsewhere ? [violation('SEC-STRICT', `$.attachments[${at}].uri`, 'what is not parsed yet is read from a store of the senders only', 'store://<bucket>/<name>, not in a bucket that begins with records-', 'string')] : []),
      ];
    });
  }
}

function isInSendersStore(uri: string): boolean {
  try {
    return !RECORDS_BUCKET.test(parseObjectUri(uri).bucket);
  } catch {
    return false;
  }
}
