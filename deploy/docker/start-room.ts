import { fileURLToPath } from 'node:url';

/** What an image can run, by the name it is given as its argument: the folder of each room's `main.ts`. */
const folders: Readonly<Record<string, string>> = {
  gateway: 'router',
  booking: 'services/booking',
  'waiting-room': 'services/waiting-room',
  'queue-processor': 'services/queue-processor',
  admin: 'services/admin',
};

const [name = ''] = process.argv.slice(2);
const folder = Object.hasOwn(folders, name) ? folders[name] : undefined;
if (folder === undefined) {
  process.stderr.write(`usage: <image> ROOM, where ROOM is one of ${Object.keys(folders).join(', ')}; not "${name}"\n`);
  process.exit(64);
}
const main = new URL(`../../${folder}/main.ts`, import.meta.url);
// The room finds its own arguments where it would if it had been started by itself.
process.argv.splice(1, 2, fileURLToPath(main));
await import(main.href);
