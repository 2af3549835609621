import { styleText } from 'node:util';

type Style = Parameters<typeof styleText>[0];
type Level = { word: string; style: Style };

const levels: Readonly<Record<string, Level>> = {
  trace: { word: 'trace', style: 'dim' },
  debug: { word: 'debug', style: 'dim' },
  info: { word: 'info ', style: 'green' },
  warn: { word: 'WARN ', style: 'yellow' },
  error: { word: 'ERROR', style: 'red' },
  fatal: { word: 'FATAL', style: ['red', 'bold'] },
};
/** The launcher's own, then one for each kind of room. */
const prefixStyles: readonly Style[] = ['bold', 'cyan', 'magenta', 'blue', 'yellow', 'green'];
/** Said by the prefix already, or the same on every line. */
const hiddenFields = new Set(['level', 'time', 'msg', 'pid', 'hostname', 'room', 'instanceId', 'name', 'v']);

export type Prefix = { name: string; width: number; styleIndex: number };

/** Colours are for people: when the output is a terminal, or FORCE_COLOR says so; NO_COLOR and a dumb terminal refuse. */
export function hasColours(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  if (env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '') return env.FORCE_COLOR !== '0';
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false;
  return isTerminal && env.TERM !== 'dumb';
}

/**
 * One line of a process as people read it: its name, then time, level, message and the remaining fields. What is not one
 * of pino's JSON lines is passed on as it is. A stack follows on lines of its own, with the same prefix.
 */
export function formatLogLine(prefix: Prefix, line: string, isColoured: boolean): string {
  const entry = parseEntry(line);
  const text = entry ? formatEntry(entry, isColoured) : withoutControls(line);
  const start = paint(
    prefixStyles[prefix.styleIndex % prefixStyles.length] ?? 'bold',
    `${prefix.name.padEnd(prefix.width)} │`,
    isColoured,
  );
  return text
    .split('\n')
    .map((part) => `${start} ${part}`)
    .join('\n');
}

/** The fields of a pino line; undefined for anything else. */
export function parseEntry(line: string): Readonly<Record<string, unknown>> | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('level' in value)) return undefined;
    return { ...value };
  } catch {
    return undefined;
  }
}

function formatEntry(entry: Readonly<Record<string, unknown>>, isColoured: boolean): string {
  const level = levels[String(entry.level)] ?? { word: String(entry.level).padEnd(5), style: 'white' as const };
  const message = typeof entry.msg === 'string' ? withoutControls(entry.msg) : '';
  const parts = [paint('dim', timeOfDay(entry.time), isColoured), paint(level.style, level.word, isColoured), message];
  const stacks: string[] = [];
  for (const [key, value] of Object.entries(entry)) {
    if (hiddenFields.has(key) || value === undefined || value === null) continue;
    if (isError(value)) stacks.push(...stackLines(value));
    else parts.push(`${paint('dim', `${withoutControls(key)}=`, isColoured)}${formatValue(value)}`);
  }
  return [parts.filter((part) => part !== '').join(' '), ...stacks.map((part) => paint('dim', part, isColoured))].join(
    '\n',
  );
}

function timeOfDay(time: unknown): string {
  const date = new Date(typeof time === 'number' || typeof time === 'string' ? time : Number.NaN);
  if (Number.isNaN(date.getTime())) return '';
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

function formatValue(value: unknown): string {
  if (typeof value === 'string')
    return /[\s"=]/.test(value) || value === '' ? JSON.stringify(value) : withoutControls(value);
  return withoutControls(JSON.stringify(value) ?? '');
}

type LoggedError = { message: unknown; stack: unknown; cause?: unknown };

function isError(value: unknown): value is LoggedError {
  return typeof value === 'object' && value !== null && 'stack' in value && 'message' in value;
}

function stackLines(error: LoggedError): string[] {
  const text = typeof error.stack === 'string' ? error.stack : String(error.message);
  const lines = text.split('\n').map((part) => `    ${withoutControls(part).trim()}`);
  return isError(error.cause) ? [...lines, '    caused by', ...stackLines(error.cause)] : lines;
}

/** What visitors send ends up in logs: it must not move the cursor or colour a terminal. */
function withoutControls(text: string): string {
  return text.replaceAll(/[\p{Cc}--[\t\n]]/gv, (character) => {
    return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

function paint(style: Style, text: string, isColoured: boolean): string {
  if (!isColoured || text === '') return text;
  return styleText(style, text, { validateStream: false });
}
