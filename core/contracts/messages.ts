import type { Message, Quantity } from './quantity.ts';

/**
 * Every sentence the engine can say, one template per code. `{name}` is replaced by the value of that name.
 * Sentences quote the offending value and place and end with what to try. Sections are kept in the order of the folders.
 */
export const templates = {
  // ── general ──────────────────────────────────────────────────────────────────────────────────────────────────────
  'general.internal': 'Phonolite met a condition it did not expect: {detail}. The run stopped and nothing was changed; the log holds the details.',

  // ── crystal ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── files ────────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── potential ────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── longrange ────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── dynamics (relaxation) ────────────────────────────────────────────────────────────────────────────────────────

  // ── phonons ──────────────────────────────────────────────────────────────────────────────────────────────────────

  // ── properties ───────────────────────────────────────────────────────────────────────────────────────────────────

  // ── runs, command line, storage ──────────────────────────────────────────────────────────────────────────────────
  'settings.key': 'There is no setting "{key}". Known settings: {known}.',
  'settings.value': 'The setting {key} cannot be "{value}". Give it as in --set {key}={example}.',
} as const;

export type MessageCode = keyof typeof templates;

function shown(value: string | number | Quantity): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  const number = typeof value.value === 'number' ? String(Number(value.value.toPrecision(6))) : JSON.stringify(value.value);
  return value.unit === '' ? number : `${number} ${value.unit}`;
}

/** Fills the template of `code`. A missing value is a mistake of ours and throws. */
export function message(code: MessageCode, values: Message['values'] = {}): Message {
  const sentence = templates[code].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined) throw new Error(`message ${code} lacks the value "${name}"`);
    return shown(value);
  });
  return { code, values, sentence };
}

/**
 * Bad input, bad usage or an impossible request: something the user can change. The command line exits with 2.
 * Anything else that is thrown is a mistake of ours.
 */
export class Refusal extends Error {
  readonly detail: Message;
  constructor(detail: Message) {
    super(detail.sentence);
    this.name = 'Refusal';
    this.detail = detail;
  }
}

/** Shorthand for the common `throw new Refusal(message(code, values))`. */
export function refuse(code: MessageCode, values: Message['values'] = {}): never {
  throw new Refusal(message(code, values));
}
