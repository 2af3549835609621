import { verifyPassword } from '@fairline/shared/password.ts';
import type { LoginSlowdown } from './login-slowdown.ts';
import type { Operator } from './operators.ts';

export type LoginOutcome = { kind: 'in'; operator: Operator } | { kind: 'wrong' } | { kind: 'slowed'; waitMs: number };

/** scrypt takes memory and a thread each time; more at once are told to come back in a second. */
const maxAtOnce = 4;
/** For a process without operators. */
const nobodysHash = `scrypt$16384$8$1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

export type Login = (attempt: {
  name: string;
  password: string;
  address: string;
  nowMs: number;
}) => Promise<LoginOutcome>;

/** Checks a name and a password, in the same time whether the name exists or not. */
export function createLogin({
  operators,
  slowdown,
}: {
  operators: () => ReadonlyMap<string, Operator>;
  slowdown: LoginSlowdown;
}): Login {
  let inHand = 0;

  return async ({ name, password, address, nowMs }) => {
    if (inHand >= maxAtOnce) return { kind: 'slowed', waitMs: 1_000 };
    const waitMs = slowdown.take({ name, address, nowMs });
    if (waitMs > 0) return { kind: 'slowed', waitMs };
    inHand += 1;
    try {
      const operator = operators().get(name);
      // Somebody's real hash has the cost that a wrong password has here; the answer to it does not matter.
      const [anyone] = operators().values();
      const dummyHash = anyone?.passwordHash ?? nobodysHash;
      const isRight = await verifyPassword(password, operator?.passwordHash ?? dummyHash);
      if (!operator || !isRight) return { kind: 'wrong' };
      slowdown.succeeded({ name, address, nowMs });
      return { kind: 'in', operator };
    } finally {
      inHand -= 1;
    }
  };
}
