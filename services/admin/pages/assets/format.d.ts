export const unknown: string;

export type Units = Readonly<Record<'s' | 'min' | 'h' | 'd', string>>;

export type Format = {
  number(value: number | null): string;
  duration(seconds: number | null): string;
  /** Of 0..1. */
  ratio(value: number | null): string;
  milliseconds(value: number | null): string;
  age(ms: number | null): string;
  perSecond(value: number | null): string;
  megabytes(bytes: number | null): string;
  clock(atMs: number): string;
  moment(atMs: number): string;
};

export function createFormat(language: string, units: Units): Format;

export function fill(text: string, slots: Readonly<Record<string, string | number>>): string;
