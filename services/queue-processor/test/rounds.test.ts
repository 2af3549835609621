import t from 'tap';
import { type Round, runRounds } from '../admission/rounds.ts';

function scripted(...answers: Round[]): () => Promise<Round> {
  return async () => answers.shift() ?? { kind: 'done', isMore: false };
}

const more: Round = { kind: 'done', isMore: true };

t.test('rounds: go on while work is left', async (t) => {
  t.equal((await runRounds(scripted(more, more), 10)).length, 3);
});

t.test('rounds: stop at the bound with work left', async (t) => {
  const rounds = await runRounds(scripted(more, more, more), 2);
  t.same(rounds, [more, more]);
});

t.test('rounds: a refused token ends them', async (t) => {
  const rounds = await runRounds(scripted(more, { kind: 'notLeader' }, more), 10);
  t.same(rounds.at(-1), { kind: 'notLeader' });
  t.equal(rounds.length, 2);
});
