import t from 'tap';
import { parseRedisLine } from '../redis-lines.ts';

t.test('redis lines: a warning is told from a notice, and loses process id and date', async (t) => {
  t.same(parseRedisLine('4711:M 22 Nov 2026 09:00:00.123 # Short of memory'), {
    isWarning: true,
    text: 'Short of memory',
  });
  t.same(parseRedisLine('4711:M 22 Nov 2026 09:00:00.123 * Ready'), { isWarning: false, text: 'Ready' });
  t.same(parseRedisLine('*** FATAL CONFIG FILE ERROR ***'), {
    isWarning: false,
    text: '*** FATAL CONFIG FILE ERROR ***',
  });
});
