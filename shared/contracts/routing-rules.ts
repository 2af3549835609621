/**
 * The rules of the setting `routingRules`: one a line, `conditions -> actions`, read from top to bottom; docs/routing-rules.md
 * tells operators how to write them. They choose how soon a request is served and by how many instances, never whether.
 */
export const visitorTiers = ['vip', 'standard', 'suspect'] as const;
export type VisitorTier = (typeof visitorTiers)[number];

export const priorities = ['high', 'normal', 'low'] as const;
export type Priority = (typeof priorities)[number];

export const maxRulesCharacters = 4000;
export const maxRules = 100;
export const maxPoolSize = 1000;

export type RoutingRule = {
  /** Line of the text it stands in, from 1. */
  readonly line: number;
  /** undefined: any method. */
  readonly methods: readonly string[] | undefined;
  /** undefined: any path. `isPrefix`: the path begins with it (it was written with a `*` at its end). */
  readonly path: { readonly text: string; readonly isPrefix: boolean } | undefined;
  /** undefined: any visitor, also one who is not known. */
  readonly tiers: readonly VisitorTier[] | undefined;
  readonly priority: Priority | undefined;
  /** How many instances such requests may go to. */
  readonly poolSize: number | undefined;
};

export type RulesProblem = { kind: 'bad'; line: number; column: number; reason: string };
export type ParsedRules = { kind: 'rules'; rules: readonly RoutingRule[] } | RulesProblem;

type Word = { text: string; column: number; isAfterComma: boolean };
type Draft = { -readonly [Name in keyof RoutingRule]: RoutingRule[Name] };

const methodForm = /^[A-Z]{3,20}$/;
const pathForm = /^\/[A-Za-z0-9\-._~!$&'()+;=:@%/]*\*?$/;
const arrow = '->';

/** The rules of a text, or the first thing in it that is none, with its place (both counted from 1, in characters). */
export function parseRoutingRules(text: string): ParsedRules {
  const length = [...text].length;
  if (length > maxRulesCharacters) {
    return bad(1, 1, `has ${length} characters; at most ${maxRulesCharacters} are allowed`);
  }
  const rules: RoutingRule[] = [];
  for (const [index, lineText] of text.split('\n').entries()) {
    const words = splitWords(lineText);
    if (words.length === 0) continue;
    const line = index + 1;
    if (rules.length === maxRules) return bad(line, 1, `at most ${maxRules} rules are allowed`);
    const parsed = parseRule(words, line, [...lineText].length + 1);
    if ('kind' in parsed) return parsed;
    rules.push(parsed);
  }
  return { kind: 'rules', rules };
}

/** `line 3, column 14: …`, for people. */
export function describeRulesProblem({ line, column, reason }: RulesProblem): string {
  return `line ${line}, column ${column}: ${reason}`;
}

function bad(line: number, column: number, reason: string): RulesProblem {
  return { kind: 'bad', line, column, reason };
}

/** Words with their columns up to a comment; white space and commas part them. */
function splitWords(line: string): Word[] {
  const words: Word[] = [];
  let word: Word | undefined;
  let isAfterComma = false;
  let column = 0;
  for (const character of line) {
    column += 1;
    if (character === ',' || /\s/.test(character)) {
      isAfterComma ||= character === ',';
      word = undefined;
    } else if (word) {
      word.text += character;
    } else {
      if (character === '#') break;
      word = { text: character, column, isAfterComma };
      words.push(word);
      isAfterComma = false;
    }
  }
  return words;
}

/** The words of a list `a, b, c` that begins at `start`. */
function readList(words: readonly Word[], start: number): readonly Word[] {
  let end = start + 1;
  while (words[end]?.isAfterComma) end += 1;
  return words.slice(start, end);
}

function parseRule(words: readonly Word[], line: number, endColumn: number): RoutingRule | RulesProblem {
  const rule: Draft = {
    line,
    methods: undefined,
    path: undefined,
    tiers: undefined,
    priority: undefined,
    poolSize: undefined,
  };
  const arrowIndex = words.findIndex(({ text }) => text === arrow);
  if (arrowIndex === -1) return bad(line, endColumn, `"${arrow}" and what to do are missing`);
  const conditions = words.slice(0, arrowIndex);
  const actions = words.slice(arrowIndex + 1);
  const arrowColumn = words[arrowIndex]?.column ?? 1;
  if (conditions.length === 0) return bad(line, arrowColumn, `a method, a path or a tier must stand before "${arrow}"`);
  if (actions.length === 0) return bad(line, endColumn, `"priority …" or "pool …" must stand after "${arrow}"`);
  return readConditions(rule, conditions, arrowColumn) ?? readActions(rule, actions, endColumn) ?? rule;
}

function readConditions(rule: Draft, words: readonly Word[], endColumn: number): RulesProblem | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const { text, column } = words[index] as Word;
    const twice = (what: string) => bad(rule.line, column, `a second ${what}; a rule has at most one`);
    if (text === 'tier') {
      if (rule.tiers) return twice('tier');
      const list = readList(words, index + 1);
      const problem = readTiers(rule, list, endColumn);
      if (problem) return problem;
      index += list.length;
    } else if (text.startsWith('/')) {
      if (rule.path) return twice('path');
      const reason = findPathProblem(text);
      if (reason) return bad(rule.line, column, reason);
      const isPrefix = text.endsWith('*');
      rule.path = { text: isPrefix ? text.slice(0, -1) : text, isPrefix };
    } else if (methodForm.test(text)) {
      if (rule.methods) return twice('list of methods');
      const list = readList(words, index);
      const other = list.find((word) => !methodForm.test(word.text));
      if (other) return bad(rule.line, other.column, `${quote(other.text)} is no method`);
      rule.methods = list.map((word) => word.text);
      index += list.length - 1;
    } else {
      return bad(rule.line, column, `${quote(text)} is no method (GET), path (/api/*) or tier (tier vip)`);
    }
  }
  return undefined;
}

function readTiers(rule: Draft, words: readonly Word[], endColumn: number): RulesProblem | undefined {
  const known = visitorTiers.join(', ');
  if (words.length === 0) return bad(rule.line, endColumn, `which tier? One of ${known}`);
  const tiers: VisitorTier[] = [];
  for (const { text, column } of words) {
    const tier = visitorTiers.find((candidate) => candidate === text);
    if (!tier) return bad(rule.line, column, `${quote(text)} is no tier; there are ${known}`);
    tiers.push(tier);
  }
  rule.tiers = tiers;
  return undefined;
}

function findPathProblem(text: string): string | undefined {
  const star = text.indexOf('*');
  if (star !== -1 && star !== text.length - 1) return '"*" may stand at the end of a path only';
  if (/[?#]/.test(text)) return 'a path has no query and no fragment';
  if (/\/\/|\/\.{1,2}(\/|$)/.test(text)) return 'a path has no empty segments and no dots for segments';
  if (/%(?![0-9A-F]{2})/.test(text)) return '"%" must be followed by two upper-case hex digits';
  return pathForm.test(text) ? undefined : 'characters beyond ASCII are written percent-encoded in a path';
}

function readActions(rule: Draft, words: readonly Word[], endColumn: number): RulesProblem | undefined {
  for (let index = 0; index < words.length; index += 2) {
    const { text, column } = words[index] as Word;
    const value = words[index + 1];
    const at = value?.column ?? endColumn;
    if (text === 'priority') {
      if (rule.priority) return bad(rule.line, column, 'a second priority; a rule has at most one');
      rule.priority = priorities.find((candidate) => candidate === value?.text);
      if (!rule.priority) return bad(rule.line, at, `a priority is one of ${priorities.join(', ')}`);
    } else if (text === 'pool') {
      if (rule.poolSize) return bad(rule.line, column, 'a second pool; a rule has at most one');
      const size = /^\d{1,4}$/.test(value?.text ?? '') ? Number(value?.text) : 0;
      if (size < 1 || size > maxPoolSize) {
        return bad(rule.line, at, `a pool has a number of instances, 1–${maxPoolSize}`);
      }
      rule.poolSize = size;
    } else {
      return bad(rule.line, column, `${quote(text)} is no action; there are "priority" and "pool"`);
    }
  }
  return undefined;
}

/** What somebody typed, told back, but not at any length. */
function quote(text: string): string {
  return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
