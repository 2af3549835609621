import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { hasPromtool } from './flows/metric-docs.ts';

const folder = fileURLToPath(new URL('../deploy/monitoring/', import.meta.url));
const skip = hasPromtool ? false : 'promtool is not here: it comes with the Debian package prometheus';

function promtool(...args: string[]): { status: number | null; text: string } {
  const { status, stdout, stderr } = spawnSync('promtool', args, { cwd: folder, encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}` };
}

t.test(
  'monitoring: Prometheus takes the scrape, the alert rules, and what their tests say of them',
  { skip },
  async (t) => {
    for (const args of [
      ['check', 'config', 'prometheus.yml'],
      ['check', 'rules', 'rules.yml'],
      ['test', 'rules', 'rules.test.yml'],
    ]) {
      const { status, text } = promtool(...args);
      t.equal(status, 0, text);
    }
    const rules = readFileSync(join(folder, 'rules.yml'), 'utf8');
    const tested = readFileSync(join(folder, 'rules.test.yml'), 'utf8');
    for (const [, name = ''] of rules.matchAll(/- alert: (\w+)/g)) t.ok(tested.includes(name), `${name} is tested`);
  },
);

type Panel = { id: number; type: string; title: string; targets?: { expr: string }[] };

t.test('monitoring: the dashboard draws something in every panel, in the words of Prometheus', async (t) => {
  const { panels, uid } = JSON.parse(readFileSync(join(folder, 'dashboard.json'), 'utf8')) as {
    panels: Panel[];
    uid: string;
  };
  t.equal(uid, 'fairline');
  t.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
  const queries = panels.flatMap(({ type, title, targets = [] }) => {
    t.ok(type === 'row' || targets.length > 0, title);
    return targets.map(({ expr }) => expr);
  });
  if (skip) return;
  // As rules, since that is what promtool reads.
  const rules = queries.map((expr, index) => ({ record: `panel:${index}`, expr }));
  const temporary = mkdtempSync(join(tmpdir(), 'fairline-dashboard-'));
  t.after(() => rmSync(temporary, { recursive: true, force: true }));
  const file = join(temporary, 'rules.json');
  writeFileSync(file, JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
  const { status, text } = promtool('check', 'rules', file);
  t.equal(status, 0, text);
});
