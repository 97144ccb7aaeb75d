import { z } from 'zod';
import { envName } from './setting-name.js';

/** A Markdown table of a schema's settings, for docs/configuration.md. */
export function configReference(schema: z.ZodObject): string {
  const rows = Object.entries(schema.shape).map(([key, field]) => {
    const meta = field instanceof z.ZodType ? field.meta() : undefined;
    return `| \`${envName(key, field)}\` | \`${key}\` | ${presetOf(field)} | ${meta?.description ?? ''} |`;
  });
  return ['| variable | key in the file | default | meaning |', '| --- | --- | --- | --- |', ...rows].join('\n');
}

function presetOf(field: unknown): string {
  if (field instanceof z.ZodType && typeof field.meta()?.['preset'] === 'string') return String(field.meta()?.['preset']);
  // What is written as text and read as something else: its default is what a person would write.
  if (field instanceof z.ZodPipe) return presetOf(field.in);
  if (!(field instanceof z.ZodDefault)) return field instanceof z.ZodOptional ? '' : 'required';
  const preset: unknown = field.def.defaultValue;
  return preset === '' ? 'empty' : ['string', 'number', 'boolean'].includes(typeof preset) ? `\`${String(preset)}\`` : `\`${JSON.stringify(preset)}\``;
}
