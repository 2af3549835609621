/** What the pages say, in English; the other languages have the same entries. */
export const en = {
  language: 'en',
  direction: 'ltr',
  room: 'Waiting room',
  waiting: {
    position: 'Your position',
    number: 'Your number',
    ahead: 'Ahead of you',
    behind: 'Behind you',
    estimate: 'Expected wait',
    estimateUnknown: 'Not known yet',
    clock: 'at about {time}',
    updated: 'Updated {time}',
    message: 'From the organiser',
    nextSteps: 'What happens next',
    steps: [
      'Keep this page open. It moves on by itself when it is your turn.',
      'Then you have {claim} to enter, so stay close.',
      'Closed the page by accident? Come back in this browser: your place is kept.',
    ],
    sound: 'Sound when it is my turn',
    notification: 'Notification when it is my turn',
    notificationBlocked: 'Notifications are blocked in this browser',
    leave: 'Leave the line',
    leaveQuestion: 'Leave for good? Your place goes to the next person and cannot be taken back.',
    leaveYes: 'Yes, leave the line',
    offline: 'You are offline. Your place is kept. This page goes on by itself once you are connected again.',
    lost: 'Connection lost. Your place is kept. This page tries again by itself.',
    back: 'Connected again.',
    announce: 'Your position is {position}.',
  },
  states: {
    waiting: { title: 'You are in line', now: 'People go in from the front of the line, in the order they came.' },
    next: { title: 'You are next', now: 'You go in as soon as a place is free.' },
    paused: {
      title: 'Admission is paused',
      now: 'Nobody goes in at the moment. Your place is kept; the line moves on once admission resumes.',
    },
    closed: {
      title: 'Admission is closed',
      now: 'Nobody goes in at the moment. Your place is kept in case it opens again.',
    },
    soldOut: {
      title: 'All tickets are sold',
      now: 'Your place is kept in case tickets come back. You are free to stay or to leave.',
    },
  },
  lines: {
    public:
      'There is also a priority line, for visitors the organiser has chosen. While people wait in both, it gets {share} of every 100 places and this line gets the rest.',
    vip: 'You are in the priority line. While people wait in both lines, it gets {share} of every 100 places. Position and wait are those of this line.',
    publicEven: 'There is also a second line. It has no priority: both lines move at the same pace.',
    vipEven: 'You are in a second line. It has no priority at the moment: both lines move at the same pace.',
    number: 'Priority {number}',
  },
  turn: {
    title: 'It is your turn',
    now: 'Taking you in now.',
    timeLeft: 'Time left to enter',
    stuck: 'This page could not move on by itself yet. It keeps trying; you can also enter here.',
    enter: 'Enter now',
    announce: 'It is your turn. Time left to enter: {time}.',
  },
  none: {
    title: 'You are not in line yet',
    body: 'Join the line to get your place. First come, first served.',
    action: 'Join the line',
  },
  left: {
    title: 'You have left the line',
    body: 'Your place went to the next person. You can join again at the end of the line.',
    action: 'Join again',
  },
  expired: {
    title: 'Your time is over',
    body: 'Your place was kept for as long as possible and has now gone to the next person.',
    action: 'Join again',
  },
  revoked: {
    title: 'Your place was withdrawn',
    body: 'The organiser has ended your place. If you think this is a mistake, please contact them.',
    action: 'Join again',
  },
  confirmed: {
    title: 'Your booking is confirmed',
    body: 'Thank you. There is nothing more to do here.',
    order: 'Order',
    action: '',
  },
  closed: {
    title: 'The line is closed',
    body: 'Nobody can join at the moment. This page looks again by itself.',
    action: 'Try now',
  },
  full: {
    title: 'The line is full',
    body: 'You are not in line yet. This page tries again by itself.',
    action: 'Try now',
  },
  soldOut: {
    title: 'Sold out',
    body: 'All tickets are sold. If tickets come back, you can join again here.',
    action: 'Try now',
  },
  blocked: {
    title: 'Access is blocked',
    body: 'Too many requests came from here. Please try again later.',
    action: '',
  },
  noCapacity: {
    title: 'One moment, please',
    body: 'Your place is kept. The booking opens in a moment; this page moves on by itself.',
    action: '',
  },
  lostKept: {
    title: 'Connection lost',
    body: 'Your place is kept. This page tries again by itself.',
    action: '',
  },
  lostNotInLine: {
    title: 'Connection lost',
    body: 'You are not in line yet. This page tries again by itself.',
    action: '',
  },
  inviteUsed: {
    title: 'This invitation is taken',
    body: 'It was made for one visitor and has been used in another browser. You are welcome in the line like everybody.',
    action: 'Go to the line',
  },
  inviteExpired: {
    title: 'This invitation has ended',
    body: 'Its time is over. You are welcome in the line like everybody.',
    action: 'Go to the line',
  },
  inviteUnknown: {
    title: 'This is no invitation of ours',
    body: 'The address may have been cut short; please open it once more from where you got it. You are welcome in the line like everybody.',
    action: 'Go to the line',
  },
  failed: {
    title: 'That did not work',
    back: 'Back to the line',
  },
  wait: {
    soon: 'Less than a minute',
    minutes: '{low}–{high} minutes',
    aboutMinutes: 'About {high} minutes',
    hours: '{low}–{high} hours',
    aboutHours: 'About {high} hours',
  },
  seconds: '{count} seconds',
  minutes: '{count} minutes',
};

export type Words = typeof en;
