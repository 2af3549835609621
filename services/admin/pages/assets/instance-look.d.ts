import type { InstanceLine } from '../../contract/instances.ts';
import type { Format } from './format.js';
import type { Look } from './sale-look.js';

export type InstanceWords = {
  states: Readonly<Record<InstanceLine['state'], string>>;
  roles: Readonly<Record<string, string>>;
  suspect: string;
  drained: string;
  drain: string;
  enable: string;
};

export function describeInstance(
  view: InstanceLine,
  words: InstanceWords,
  format: Format,
): {
  id: string;
  place: string;
  state: string;
  look: Look;
  load: string;
  /** 0..1 */
  loadRatio: number;
  loadLook: Look;
  inFlight: string;
  latency: string;
  rate: string;
  errors: string;
  errorLook: Look | '';
  age: string;
  wish: 'drain' | 'enable';
  wishText: string;
};

export function sparkPoints(values: readonly number[], top: number): string;
