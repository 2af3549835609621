import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';

export type Metric = { name: string; type: string; help: string; labels: string[]; rooms: string[] };

const monitoring = new URL('../../deploy/monitoring/', import.meta.url);
const page = new URL('../../docs/metrics.md', import.meta.url);
const start = '<!-- metrics: kept true by test/flows/observing.flow.test.ts -->';
const end = '<!-- /metrics -->';
/** Each sample has it, as it has the labels of the scrape. */
const commonLabels = new Set(['room', 'le']);

export const hasPromtool = spawnSync('promtool', ['--version']).status === 0;

/** The metrics of each room, from what `/metrics` answered; those of Node and of the process are left out. */
export function readMetrics(texts: ReadonlyMap<string, string>): { ours: Metric[]; names: Set<string> } {
  const metrics = new Map<string, Metric>();
  for (const [room, text] of texts) {
    for (const [, name = '', help = ''] of text.matchAll(/^# HELP (\S+) (.*)$/gm)) {
      const type = new RegExp(`^# TYPE ${name} (\\w+)$`, 'm').exec(text)?.[1] ?? '';
      const metric = metrics.get(name) ?? { name, type, help, labels: [], rooms: [] };
      const samples = text.matchAll(new RegExp(`^${name}(?:_bucket|_sum|_count)?\\{([^}]*)\\}`, 'gm'));
      for (const [, labels = ''] of samples) {
        for (const [, label = ''] of labels.matchAll(/(\w+)="/g)) {
          if (!commonLabels.has(label) && !metric.labels.includes(label)) metric.labels.push(label);
        }
      }
      if (!metric.rooms.includes(room)) metric.rooms.push(room);
      metrics.set(name, metric);
    }
  }
  const byName = (a: Metric, b: Metric) => (a.name < b.name ? -1 : 1);
  const ours = [...metrics.values()].filter(({ name }) => name.startsWith('fairline_')).sort(byName);
  return { ours, names: new Set(metrics.keys()) };
}

/** Every metric that the dashboard, the rules and their tests name, without the suffixes of histograms. */
export function readMonitored(): { file: string; name: string }[] {
  return readdirSync(monitoring).flatMap((file) => {
    if (!/\.(json|yml)$/.test(file)) return [];
    const text = readFileSync(new URL(file, monitoring), 'utf8');
    const names = new Set([...text.matchAll(/\b(?:fairline|nodejs|process)_[a-z0-9_]+\b/g)].map(([name]) => name));
    return [...names].map((name) => ({ file, name: name.replace(/_(bucket|sum|count)$/, '') }));
  });
}

/** The table of docs/metrics.md and what it should be; labels that stand there stay, as not every series is there at once. */
export function compareWithDocs(metrics: readonly Metric[]): { found: string; wished: string } {
  const text = readFileSync(page, 'utf8');
  const from = text.indexOf(start) + start.length;
  const to = text.indexOf(end);
  const found = text.slice(from, to).trim();
  const toldBefore = (name: string) => {
    const row = found.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
    return [...(row.split(' | ')[2] ?? '').matchAll(/\w+/g)].map(([label]) => label);
  };
  const rows = metrics.map(({ name, type, help, labels, rooms }) => {
    const told = [...new Set([...toldBefore(name), ...labels])].sort().map((label) => `\`${label}\``);
    const isEverywhere = rooms.length === 5;
    return `| \`${name}\` | ${type} | ${told.join(' ')} | ${isEverywhere ? 'all' : rooms.sort().join(', ')} | ${help} |`;
  });
  const wished = ['| metric | type | labels | rooms | |', '| --- | --- | --- | --- | --- |', ...rows].join('\n');
  if (process.env.UPDATE_DOCS !== '1') return { found, wished };
  writeFileSync(page, `${text.slice(0, from)}\n\n${wished}\n\n${text.slice(to)}`);
  return { found: wished, wished };
}
