import { parseArgs } from 'node:util';
import { createToken, hashToken, parseTokens } from './operators/tokens.ts';

const help = `Usage: npm run operator:token -- --name <name> --role viewer|operator

Makes a token with which a script may ask /system/api without logging in.
The token itself is printed once, to stdout; the entry for ADMIN_TOKENS, which holds only its hash, to stderr.

  curl -H "authorization: Bearer <token>" http://127.0.0.1:8080/system/api/overview
`;

const { values } = parseArgs({
  options: { name: { type: 'string' }, role: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
});

if (values.help) {
  process.stdout.write(help);
} else {
  const token = createToken();
  const entry = `${values.name ?? ''}:${values.role ?? ''}:${hashToken(token)}`;
  const { problems } = parseTokens([entry]);
  if (problems.length > 0) {
    process.stderr.write(`${problems.join('\n')}\n\n${help}`);
    process.exitCode = 1;
  } else {
    process.stderr.write(`Add to ADMIN_TOKENS: ${entry}\n`);
    process.stdout.write(`${token}\n`);
  }
}
