import { type Catalogue, findSection } from '../catalogue/catalogue.ts';

/** What a visitor wants to buy. */
export type Choice = { section: string; tickets: number };

export type ChoiceProblem = { field: string; range: string; value: string };

export type ChoiceReading =
  | { kind: 'choice'; choice: Choice }
  | { kind: 'none' }
  | ({ kind: 'problem' } & ChoiceProblem);

/**
 * Reads a choice from a request body. A form can only say text, so there (`isForm`) digits count as a number; JSON must
 * bring a number. 'none' when the body is absent or names neither field; one field without the other is a problem.
 */
export function readChoice(body: unknown, catalogue: Catalogue, { isForm }: { isForm: boolean }): ChoiceReading {
  if (body === undefined || body === null) return { kind: 'none' };
  if (typeof body !== 'object' || Array.isArray(body)) return problem('body', 'an object', body);
  const { section, tickets } = body as Record<string, unknown>;
  if (section === undefined && tickets === undefined) return { kind: 'none' };

  const ids = catalogue.sections.map(({ id }) => id).join(' | ');
  if (typeof section !== 'string' || !findSection(catalogue, section)) return problem('section', ids, section);

  const count = isForm && typeof tickets === 'string' && /^\d{1,3}$/.test(tickets) ? Number(tickets) : tickets;
  if (typeof count !== 'number' || !Number.isInteger(count) || count < 1 || count > catalogue.maxTickets) {
    return problem('tickets', `1–${catalogue.maxTickets}`, tickets);
  }
  return { kind: 'choice', choice: { section, tickets: count } };
}

/** The visitor record is shared by all events, so the field that keeps a choice names its event. */
export function choiceField(event: string): string {
  return `choice:${event}`;
}

/** Reads a kept choice; undefined when there is none, or none that this catalogue (perhaps a newer one) still sells. */
export function parseKeptChoice(text: string | undefined, catalogue: Catalogue): Choice | undefined {
  if (text === undefined) return undefined;
  try {
    const reading = readChoice(JSON.parse(text), catalogue, { isForm: false });
    return reading.kind === 'choice' ? reading.choice : undefined;
  } catch {
    return undefined;
  }
}

/** In whole units of the catalogue's currency; 0 for a section it does not have. */
export function totalOf(choice: Choice, catalogue: Catalogue): number {
  return (findSection(catalogue, choice.section)?.price ?? 0) * choice.tickets;
}

function problem(field: string, range: string, value: unknown): ChoiceReading {
  const text = value === undefined ? 'nothing' : (JSON.stringify(value) ?? String(value));
  return { kind: 'problem', field, range, value: text.length > 60 ? `${text.slice(0, 60)}…` : text };
}
