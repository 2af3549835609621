import type { UpstreamRoom } from '../balancing/upstream-set.ts';
import type { PageAnswers } from '../static-page/page-answers.ts';
import type { AskRoom, OnRoomAnswer, Question, RoomAnswer } from './ask-room.ts';
import { type Exchange, isPageView } from './exchange.ts';

/** `answered` is all that most rooms say, and needs nothing more. */
type Unfinished = Exclude<RoomAnswer, { kind: 'answered' }>;

export type FollowUpsParts = {
  askRoom: AskRoom;
  pages: Pick<PageAnswers, 'answerTrouble'>;
  /** The waiting-room has just said that the visitor holds a place. */
  onBooked(exchange: Exchange): void;
  /** A fault of this program. */
  onBroken(exchange: Exchange, error: unknown): void;
};

/** What to do, room by room, when the one that was asked first has not answered itself, which is rare: ask another, or say why. */
export function createFollowUps({ askRoom, pages, onBooked, onBroken }: FollowUpsParts) {
  const { answerTrouble } = pages;

  /** Rejects for a fault of this program. */
  function askNext(exchange: Exchange, question: Question): Promise<Exclude<RoomAnswer, { kind: 'broken' }>> {
    return new Promise((resolve, reject) => {
      askRoom(exchange, question, (answer) => {
        if (answer.kind === 'broken') reject(answer.error);
        else resolve(answer);
      });
    });
  }

  /** No booking instance is there: those who want a page wait where they are told that their place is kept. */
  async function answerNoCapacity(exchange: Exchange): Promise<void> {
    if (isPageView(exchange)) {
      const answer = await askNext(exchange, { room: 'waiting-room', isBooked: true, hasNoCapacity: true });
      if (answer.kind === 'answered') return;
    }
    answerTrouble(exchange, 'NO_CAPACITY', isPageView(exchange) ? 'waiting' : 'trouble');
  }

  async function afterBooking(answer: Unfinished, exchange: Exchange): Promise<void> {
    if (answer.kind === 'broken') throw answer.error;
    if (answer.kind === 'nobody') await answerNoCapacity(exchange);
    else if (answer.kind === 'failed') answerTrouble(exchange, answer.code, 'trouble');
    else if (answer.kind === 'isNotBooked') {
      // The copy was behind: the waiting-room knows what to show to somebody whose place has ended.
      const second = await askNext(exchange, { room: 'waiting-room', isBooked: false });
      if (second.kind !== 'answered') answerTrouble(exchange, 'TRY_AGAIN', 'trouble');
    }
  }

  async function afterWaitingRoom(answer: Unfinished, exchange: Exchange): Promise<void> {
    if (answer.kind === 'broken') throw answer.error;
    if (answer.kind === 'nobody') answerTrouble(exchange, 'NO_WAITING_ROOM', 'waiting');
    else if (answer.kind === 'failed') answerTrouble(exchange, answer.code, 'waiting');
    else if (answer.kind === 'isBooked') {
      onBooked(exchange);
      const second = await askNext(exchange, { room: 'booking', isBooked: true, isHandOver: true });
      if (second.kind === 'nobody') await answerNoCapacity(exchange);
      else if (second.kind !== 'answered') answerTrouble(exchange, 'TRY_AGAIN', 'trouble');
    }
  }

  async function afterAdmin(answer: Unfinished, exchange: Exchange): Promise<void> {
    if (answer.kind === 'broken') throw answer.error;
    if (answer.kind === 'nobody') answerTrouble(exchange, 'NO_ADMIN', 'trouble');
    else if (answer.kind === 'failed') answerTrouble(exchange, answer.code, 'trouble');
  }

  function goOnWith(step: (answer: Unfinished, exchange: Exchange) => Promise<void>): OnRoomAnswer {
    return (answer, exchange) => {
      if (answer.kind === 'answered') return;
      step(answer, exchange).catch((error: unknown) => onBroken(exchange, error));
    };
  }

  return {
    booking: goOnWith(afterBooking),
    'waiting-room': goOnWith(afterWaitingRoom),
    admin: goOnWith(afterAdmin),
  } satisfies Record<UpstreamRoom, OnRoomAnswer>;
}
