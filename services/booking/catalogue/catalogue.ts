import { readFile } from 'node:fs/promises';
import { ConfigError } from '@fairline/shared/config.ts';
import Type from 'typebox';
import Value from 'typebox/value';

const Words = Type.Object({ en: Type.String({ minLength: 1 }), ko: Type.String({ minLength: 1 }) });
const OffsetTime = Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}([+-]\\d{2}:\\d{2}|Z)$' });

const Section = Type.Object({
  id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,31}$' }),
  name: Words,
  note: Words,
  /** Of one ticket, in whole units of the currency. */
  price: Type.Integer({ minimum: 0, maximum: 100_000_000 }),
});

export const Catalogue = Type.Object({
  title: Words,
  performers: Words,
  programme: Words,
  startsAt: OffsetTime,
  doorsAt: OffsetTime,
  /** Of the hall: times are shown as the hall's clock shows them. */
  timeZone: Type.String({ minLength: 1 }),
  hall: Words,
  currency: Type.String({ pattern: '^[A-Z]{3}$' }),
  maxTickets: Type.Integer({ minimum: 1, maximum: 20 }),
  /** From the stage outwards, as the plan of the hall draws them. */
  sections: Type.Array(Section, { minItems: 1, maxItems: 6 }),
  /** What is ordered by someone who confirms without having chosen. */
  firstChoice: Type.Object({ section: Type.String(), tickets: Type.Integer({ minimum: 1 }) }),
});

/** The concert on sale: texts in every language of the pages, sections and prices. */
export type Catalogue = Type.Static<typeof Catalogue>;
export type Section = Type.Static<typeof Section>;

/** Reads and checks a catalogue file; throws a ConfigError that names the file and every problem. */
export async function readCatalogue(file: string | URL): Promise<Catalogue> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([`catalogue ${file}: ${(error as Error).message}`]);
  }
  const problems = findCatalogueProblems(value);
  if (problems.length > 0) throw new ConfigError(problems.map((problem) => `catalogue ${file}: ${problem}`));
  return Object.freeze(value as Catalogue);
}

/** Every reason why `value` is no catalogue; empty when it is one. */
export function findCatalogueProblems(value: unknown): string[] {
  if (!Value.Check(Catalogue, value)) {
    return Value.Errors(Catalogue, value).map((error) => `${error.instancePath || '/'} ${error.message}`);
  }
  const problems: string[] = [];
  const ids = value.sections.map((section) => section.id);
  if (new Set(ids).size < ids.length) problems.push('/sections two sections have the same id');
  if (!ids.includes(value.firstChoice.section)) problems.push('/firstChoice/section must be the id of a section');
  if (value.firstChoice.tickets > value.maxTickets) problems.push('/firstChoice/tickets must be at most maxTickets');
  for (const field of ['startsAt', 'doorsAt'] as const) {
    if (Number.isNaN(Date.parse(value[field]))) problems.push(`/${field} must be a time that exists`);
  }
  try {
    new Intl.DateTimeFormat('en', { timeZone: value.timeZone });
  } catch {
    problems.push('/timeZone must be the name of a time zone, such as Asia/Seoul');
  }
  return problems;
}

export function findSection(catalogue: Catalogue, id: string): Section | undefined {
  return catalogue.sections.find((section) => section.id === id);
}
