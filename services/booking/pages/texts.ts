import type { Language } from './language.ts';

const en = {
  siteName: 'Hangang Concert Hall',
  skipToContent: 'Skip to content',
  doors: (time: string) => `Doors ${time}`,

  landing: {
    onSale: 'On sale now',
    getTickets: 'Get tickets',
    howItWorks: 'How the sale works',
    steps: [
      ['Get in line', 'When many come at once you draw a number. First come, first served; nobody overtakes.'],
      ['Watch your place', 'The page moves on by itself when it is your turn. You can close it and come back.'],
      ['Choose and confirm', 'Your place is held for you while you choose up to four tickets.'],
    ],
    prices: 'Sections and prices',
    perTicket: 'per ticket',
    givenBack: 'You have given your place back. Someone else is being let in now.',
    myOrder: 'Already ordered? See your order',
  },

  ticketing: {
    title: 'Choose your tickets',
    heldFor: 'Held for you',
    untilTime: (time: string) => `until ${time}`,
    minutesLeft: (minutes: number) =>
      minutes < 1 ? 'less than a minute left' : minutes === 1 ? 'about 1 minute left' : `about ${minutes} minutes left`,
    staysWhileActive: 'Each step on this page starts the time anew.',
    keptForGood: 'Take your time: your place is yours until you finish.',
    endUnknown: 'Your place is yours. How long cannot be shown at this moment.',
    timeOver: 'Your time is over. One moment…',
    section: 'Section',
    stage: 'Stage',
    plan: 'Plan of the hall',
    tickets: 'Tickets',
    total: 'Total',
    confirm: 'Confirm order',
    confirming: 'Confirming…',
    keepChoice: 'Work out the total',
    saved: 'Choice kept',
    notSaved: 'Your choice could not be kept just now. You can still confirm it.',
    giveBack: 'Give my place back',
    giveBackQuestion: 'Your place goes to the next person in line at once. To buy later you would line up again.',
    giveBackYes: 'Yes, give it back',
    noPayment: 'Confirming places the order. You pay at the hall.',
  },

  order: {
    title: 'Your order',
    thanks: 'Thank you. Your seats are booked.',
    number: 'Order number',
    keepIt: 'Show this number at the door. You can come back to this page in this browser.',
    concert: 'Concert',
    seats: 'Seats',
    total: 'Total',
    orderedAt: 'Ordered',
    none: 'No order yet',
    noneText: 'Nothing has been ordered in this browser for this concert.',
    home: 'Back to the concert',
  },

  ticketCount: (count: number) => (count === 1 ? '1 ticket' : `${count} tickets`),

  problem: {
    requestId: 'Reference',
    again: 'Try again',
    toTicketing: 'To the tickets',
    toLine: 'Get in line',
    toHome: 'Back to the concert',
    PLACE_ENDED: [
      'Your place has ended',
      'It was not used in time or was given back. You are welcome to line up again.',
    ],
    SOLD_OUT: ['Sold out', 'The last tickets went while you were choosing. No order was made.'],
    NOT_BOOKED: [
      'It is not your turn yet',
      'This page is for those who have been let in. Get in line and it opens by itself.',
    ],
    IDENTITY_REQUIRED: [
      'We cannot tell who is asking',
      'Please come in through the front page; your browser needs to accept cookies.',
    ],
    NOT_FOUND: ['There is no such page', 'The address may be mistyped, or the page has moved.'],
    METHOD_NOT_ALLOWED: ['That cannot be done here', 'Please go back to the tickets and try once more.'],
    BAD_REQUEST: ['Something in that form was not right', 'Nothing has been ordered. Please choose again.'],
    CROSS_SITE: ['Refused for your safety', 'This request came from another site. Nothing has been changed.'],
    busy: ['Just a moment', 'The box office is briefly busy. Nothing is lost, and trying again never orders twice.'],
    other: ['Something went wrong on our side', 'Nothing is lost, and trying again never orders twice.'],
  },
};

export type Texts = typeof en;

const ko: Texts = {
  siteName: '한강콘서트홀',
  skipToContent: '본문으로 건너뛰기',
  doors: (time) => `입장 ${time}`,

  landing: {
    onSale: '예매 중',
    getTickets: '예매하기',
    howItWorks: '예매는 이렇게 진행됩니다',
    steps: [
      ['줄 서기', '한꺼번에 많은 분이 오시면 번호를 뽑습니다. 먼저 오신 분이 먼저이며, 아무도 앞지르지 않습니다.'],
      ['순서 확인', '차례가 되면 화면이 저절로 넘어갑니다. 창을 닫았다가 다시 오셔도 됩니다.'],
      ['선택과 확정', '네 장까지 고르시는 동안 자리를 잡아 둡니다.'],
    ],
    prices: '좌석 등급과 가격',
    perTicket: '1매',
    givenBack: '자리를 돌려주셨습니다. 다음 분이 지금 입장합니다.',
    myOrder: '이미 예매하셨나요? 예매 내역 보기',
  },

  ticketing: {
    title: '좌석 선택',
    heldFor: '자리를 잡아 두었습니다.',
    untilTime: (time) => `${time}까지`,
    minutesLeft: (minutes) => (minutes < 1 ? '1분이 채 남지 않았습니다' : `약 ${minutes}분 남았습니다`),
    staysWhileActive: '이 화면에서 선택하실 때마다 시간이 새로 시작됩니다.',
    keptForGood: '천천히 고르세요. 마치실 때까지 자리가 유지됩니다.',
    endUnknown: '자리는 유지되고 있습니다. 남은 시간은 지금 표시할 수 없습니다.',
    timeOver: '시간이 다 되었습니다. 잠시만요…',
    section: '좌석 등급',
    stage: '무대',
    plan: '좌석 배치도',
    tickets: '매수',
    total: '합계',
    confirm: '예매 확정',
    confirming: '확정하는 중…',
    keepChoice: '합계 계산',
    saved: '선택을 저장했습니다',
    notSaved: '지금은 선택을 저장하지 못했습니다. 그래도 확정하실 수 있습니다.',
    giveBack: '자리 돌려주기',
    giveBackQuestion: '자리는 곧바로 다음 분께 넘어갑니다. 나중에 예매하시려면 다시 줄을 서야 합니다.',
    giveBackYes: '네, 돌려줍니다',
    noPayment: '확정하면 예매가 완료됩니다. 결제는 현장에서 하십니다.',
  },

  order: {
    title: '예매 내역',
    thanks: '감사합니다. 예매가 완료되었습니다.',
    number: '예매 번호',
    keepIt: '입장하실 때 이 번호를 보여 주세요. 같은 브라우저에서 다시 보실 수 있습니다.',
    concert: '공연',
    seats: '좌석',
    total: '합계',
    orderedAt: '예매 일시',
    none: '예매 내역이 없습니다',
    noneText: '이 브라우저에서 예매하신 내역이 없습니다.',
    home: '공연 안내로',
  },

  ticketCount: (count) => `${count}매`,

  problem: {
    requestId: '문의 번호',
    again: '다시 시도',
    toTicketing: '좌석 선택으로',
    toLine: '줄 서기',
    toHome: '공연 안내로',
    PLACE_ENDED: ['잡아 둔 자리가 끝났습니다', '시간이 지났거나 돌려주신 자리입니다. 다시 줄을 서실 수 있습니다.'],
    SOLD_OUT: ['매진되었습니다', '고르시는 동안 마지막 표가 나갔습니다. 예매는 이루어지지 않았습니다.'],
    NOT_BOOKED: ['아직 차례가 아닙니다', '입장하신 분만 보실 수 있는 화면입니다. 줄을 서시면 저절로 열립니다.'],
    IDENTITY_REQUIRED: [
      '누구신지 확인할 수 없습니다',
      '첫 화면으로 들어와 주세요. 브라우저에서 쿠키를 허용해야 합니다.',
    ],
    NOT_FOUND: ['없는 페이지입니다', '주소가 잘못되었거나 페이지가 옮겨졌습니다.'],
    METHOD_NOT_ALLOWED: ['여기서는 할 수 없는 요청입니다', '좌석 선택으로 돌아가 다시 시도해 주세요.'],
    BAD_REQUEST: ['입력하신 내용을 확인해 주세요', '예매는 이루어지지 않았습니다. 다시 선택해 주세요.'],
    CROSS_SITE: ['안전을 위해 거절했습니다', '다른 사이트에서 보낸 요청입니다. 바뀐 것은 없습니다.'],
    busy: ['잠시만 기다려 주세요', '창구가 잠깐 붐빕니다. 잃은 것은 없으며, 다시 시도하셔도 두 번 예매되지 않습니다.'],
    other: ['저희 쪽에 문제가 생겼습니다', '잃은 것은 없으며, 다시 시도하셔도 두 번 예매되지 않습니다.'],
  },
};

export const texts: Record<Language, Texts> = { en, ko };
