/**
 * Whether the room of this container is well, by its internal listener: `readyz` (it can do its work) unless the argument
 * says `livez` (it runs, nothing more). Exits with 0 or 1 and prints the answer, which `docker inspect` keeps.
 */
const timeoutMs = 5000;
const probe = process.argv[2] ?? 'readyz';

try {
  const answer = await fetch(`http://127.0.0.1:${process.env.INTERNAL_PORT}/${probe}`, {
    signal: AbortSignal.timeout(timeoutMs),
  });
  process.stdout.write(`${answer.status} ${await answer.text()}\n`);
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  process.stdout.write(`${probe}: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}
