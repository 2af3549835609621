import type { ScalingLine, ScalingView } from '../../contract/scaling.ts';
import type { Format } from './format.js';

export type ScalingWords = {
  running: string;
  starting: string;
  busy: string;
  bounds: string;
  causes: Readonly<Record<string, string>>;
};

export function isActedOn(actor: ScalingView['actor'], nowMs: number): boolean;

export function describeScaling(
  line: ScalingLine,
  nowMs: number,
  words: ScalingWords,
  format: Format,
): { desired: string; running: string; why: string; reason: string; bounds: string; isStale: boolean };
