import { mkdir, writeFile } from 'node:fs/promises';
import { startSystem } from '@fairline/shared/testing/system.ts';
import { runScript, say } from '../report/script.ts';
import { createRandom } from './random.ts';
import { formatRecordingLine, recordingsFolder } from './recordings.ts';
import { type RehearsalName, rehearsals } from './rehearsals.ts';
import { rehearse } from './rehearse.ts';

await runScript(
  {
    summary:
      'npm run estimate:record: plays sales with real processes, all at once, each an event of its own on one Redis, and records\n' +
      'what a waiting-room sees of their lines into loadtest/estimate/recordings, for npm run estimate:calibrate.',
    options: {
      seconds: { default: 600, min: 10, max: 3600, help: 'from the opening of the sales on' },
      'dry-run': { default: false, help: 'write no files' },
    },
  },
  async ({ options, after }) => {
    const system = await startSystem(
      { after },
      {
        rooms: { booking: 1, 'waiting-room': 0, 'queue-processor': 0, router: 0 },
        env: { LOG_LEVEL: 'warn', NODE_ENV: 'production' },
      },
    );
    await mkdir(recordingsFolder, { recursive: true });
    await Promise.all(
      (Object.keys(rehearsals) as RehearsalName[]).map(async (name, index) => {
        const random = createRandom(index + 1);
        const rehearsal = rehearsals[name];
        const events = await rehearse({ after }, { system, event: name, rehearsal, seconds: options.seconds, random });
        const text = events.map(formatRecordingLine).join('');
        if (!options['dry-run']) await writeFile(new URL(`${name}.jsonl`, recordingsFolder), text);
        say(`${name}: ${events.length} events, ${text.length} bytes`);
      }),
    );
    return 'ok';
  },
);
