/**
 * Pages that the gateway serves by itself:
 * - `waiting`: the waiting-room cannot be reached; places are kept, the page tries again.
 * - `trouble`: something behind the gateway failed; the page tries again.
 * - `cookies`: the browser does not keep the cookie that a place in line needs.
 * - `busy`: too many requests; the page tries again.
 * - `blocked`: an operator or a rule keeps requests from here out for a while.
 */
export type StaticPage = 'waiting' | 'trouble' | 'cookies' | 'busy' | 'blocked';
export type Language = 'en' | 'ko' | 'ja';

type Words = { title: string; text: string; action: string };

/** The first is the one for everyone else. */
export const languages: readonly [Language, ...Language[]] = ['en', 'ko', 'ja'];

export const words: Record<Language, Record<StaticPage, Words>> = {
  en: {
    waiting: {
      title: 'One moment, please',
      text: 'The waiting room cannot be reached right now. If you are in line, your place is kept. This page tries again by itself.',
      action: 'Try again now',
    },
    trouble: {
      title: 'One moment, please',
      text: 'The page cannot be shown right now. If you hold a place, it is kept. This page tries again by itself.',
      action: 'Try again now',
    },
    cookies: {
      title: 'Cookies are needed',
      text: 'Your place in line is remembered with a cookie, which your browser did not keep. Please allow cookies for this site and try again.',
      action: 'Try again',
    },
    busy: {
      title: 'One moment, please',
      text: 'Too many requests come from here. If you are in line, your place is kept. This page tries again by itself.',
      action: 'Try again now',
    },
    blocked: {
      title: 'Access is blocked',
      text: 'Requests from here are not accepted for a while. Please try again later.',
      action: 'Try again',
    },
  },
  ko: {
    waiting: {
      title: '잠시만 기다려 주세요',
      text: '지금 대기실에 연결할 수 없습니다. 이미 줄을 서셨다면 순서는 그대로 유지됩니다. 이 페이지는 자동으로 다시 시도합니다.',
      action: '지금 다시 시도',
    },
    trouble: {
      title: '잠시만 기다려 주세요',
      text: '지금 페이지를 표시할 수 없습니다. 확보하신 자리는 그대로 유지됩니다. 이 페이지는 자동으로 다시 시도합니다.',
      action: '지금 다시 시도',
    },
    cookies: {
      title: '쿠키가 필요합니다',
      text: '대기 순서는 쿠키로 기억되는데, 브라우저가 쿠키를 저장하지 않았습니다. 이 사이트의 쿠키를 허용한 뒤 다시 시도해 주세요.',
      action: '다시 시도',
    },
    busy: {
      title: '잠시만 기다려 주세요',
      text: '이곳에서 너무 많은 요청이 들어오고 있습니다. 이미 줄을 서셨다면 순서는 그대로 유지됩니다. 이 페이지는 자동으로 다시 시도합니다.',
      action: '지금 다시 시도',
    },
    blocked: {
      title: '접속이 차단되었습니다',
      text: '이곳에서 오는 요청은 당분간 받지 않습니다. 나중에 다시 시도해 주세요.',
      action: '다시 시도',
    },
  },
  ja: {
    waiting: {
      title: '少々お待ちください',
      text: '現在、待合室に接続できません。すでに列に並んでいる方の順番はそのままです。このページは自動的に再試行します。',
      action: '今すぐ再試行',
    },
    trouble: {
      title: '少々お待ちください',
      text: '現在、ページを表示できません。入場の権利をお持ちの方は、そのまま保持されます。このページは自動的に再試行します。',
      action: '今すぐ再試行',
    },
    cookies: {
      title: 'Cookieが必要です',
      text: '順番はCookieで記憶されますが、ブラウザに保存されませんでした。このサイトのCookieを許可してから、もう一度お試しください。',
      action: 'もう一度試す',
    },
    busy: {
      title: '少々お待ちください',
      text: 'こちらからのリクエストが多すぎます。すでに列に並んでいる方の順番はそのままです。このページは自動的に再試行します。',
      action: '今すぐ再試行',
    },
    blocked: {
      title: 'アクセスが制限されています',
      text: 'こちらからのリクエストはしばらく受け付けられません。時間をおいてから、もう一度お試しください。',
      action: 'もう一度試す',
    },
  },
};
