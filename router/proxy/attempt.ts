import type { Unanswered } from '../health/unanswered-list.ts';
import type { Turn } from '../limits/turns.ts';
import type { RoomAnswer } from './ask-room.ts';
import type { Asking } from './asking.ts';
import { AttemptRecord } from './attempt-record.ts';
import type { AnswerHead, ForwardOutcome } from './forward.ts';
import type { AttemptHandler } from './send-attempt.ts';

const answered: RoomAnswer = Object.freeze({ kind: 'answered' });
const clientGone: ForwardOutcome = Object.freeze({ kind: 'clientGone' });

/** What one attempt at one instance came to, and what that means for the request. */
export class Attempt implements AttemptHandler, Unanswered {
  readonly turn: Turn;
  /** The instance said that it is full and did nothing. */
  isFull = false;
  /** What the head of the answer came to. */
  found = answered;
  /** Where the request goes next, when that is known before this attempt has ended. */
  next: Turn | undefined;
  slot = -1;
  readonly #asking: Asking;
  readonly #record: AttemptRecord;
  /** The request was moved away from a silent instance: what that one says in the end shows that it lives, and goes to nobody. */
  #isElsewhere = false;

  constructor(asking: Asking, turn: Turn) {
    const { guards, metrics } = asking.parts;
    this.#asking = asking;
    this.turn = turn;
    const { asked, isStreamed } = asking;
    this.#record = new AttemptRecord({ guards, metrics, turn, asked, request: this, isStreamed });
  }

  onHead(head: AnswerHead): 'pass' | 'drop' {
    const asking = this.#asking;
    const answerKind = this.#record.noteHead(head);
    if (this.#isElsewhere) return 'drop';
    if (answerKind === 'full') {
      this.isFull = true;
      return 'drop';
    }
    if (answerKind === 'failure') {
      this.next = asking.takeAfterBadAnswer(this.turn.upstream);
      if (this.next) return 'drop';
    }
    const { kind, isStream } = asking.takeHead(head, this.turn.upstream);
    if (isStream) this.#record.noteStream();
    if (kind === 'answered') return 'pass';
    this.found = { kind };
    return 'drop';
  }

  onOutcome(outcome: ForwardOutcome): void {
    try {
      const isClientGone = outcome.kind === 'clientGone' || this.#asking.hasClientLeft();
      this.#record.noteEnd(isClientGone ? clientGone : outcome);
      if (!this.#isElsewhere) this.#asking.noteOutcome(this, outcome);
    } catch (error) {
      this.onBroken(error);
    }
  }

  onBroken(error: unknown): void {
    this.#asking.tellBroken(error);
  }

  onTunnelUse(): void {
    this.#asking.noteTunnelUse();
  }

  /** The instance is silent: asks for the same elsewhere, if that can be done. */
  moveOn(): boolean {
    if (this.#isElsewhere) return true;
    const next = this.#asking.takeElsewhere(this.turn.upstream);
    if (!next) return false;
    this.#isElsewhere = true;
    // Not in the middle of the look at who is silent.
    queueMicrotask(() => this.#asking.retry(next));
    return true;
  }
}
