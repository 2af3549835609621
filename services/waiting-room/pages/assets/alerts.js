/** Remembers a wish of the visitor, where the browser allows that. */
const wishes = {
  has(name) {
    try {
      return localStorage.getItem(name) === '1';
    } catch {
      return false;
    }
  },
  set(name, isWished) {
    try {
      localStorage.setItem(name, isWished ? '1' : '0');
    } catch {
      // Then it holds until the page is left.
    }
  },
};

const soundKey = 'fairline-sound';
const notificationKey = 'fairline-notification';
const chimeHz = [523.25, 659.25, 783.99];
/** How long the chime sounds. */
export const chimeMs = 1200;

/**
 * A chime, for those who ask for it. Browsers give sound only after a click or a key, so the button says off until one
 * came after a reload as well.
 *
 * @param {HTMLButtonElement} button
 */
export function createSound(button) {
  let audio;
  const isOn = () => audio?.state === 'running';
  const show = () => button.setAttribute('aria-pressed', String(isOn()));

  async function turnOn() {
    audio ??= new AudioContext();
    await audio.resume();
    show();
  }
  async function turnOff() {
    await audio?.suspend();
    show();
  }
  function chime() {
    for (const [index, hz] of chimeHz.entries()) {
      const tone = new OscillatorNode(audio, { frequency: hz });
      const loudness = new GainNode(audio, { gain: 0 });
      const startsAt = audio.currentTime + index * 0.18;
      loudness.gain.setValueAtTime(0, startsAt);
      loudness.gain.linearRampToValueAtTime(0.25, startsAt + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, startsAt + 0.8);
      tone.connect(loudness).connect(audio.destination);
      tone.start(startsAt);
      tone.stop(startsAt + 0.8);
    }
  }

  if ('AudioContext' in window) {
    button.hidden = false;
    button.addEventListener('click', async () => {
      const isWished = !isOn();
      wishes.set(soundKey, isWished);
      if (!isWished) return turnOff();
      await turnOn();
      chime();
    });
    const resume = (event) => {
      if (event.target !== button && wishes.has(soundKey)) void turnOn();
    };
    for (const kind of ['pointerup', 'keyup']) addEventListener(kind, resume, { once: true });
  }

  return {
    /** Ms that the page should stay for the chime to be heard; 0 when there is none. */
    play() {
      if (!isOn()) return 0;
      chime();
      return chimeMs;
    },
  };
}

/**
 * A notification, for those who ask for it: the browser is asked for permission on that click and never before.
 *
 * @param {HTMLButtonElement} button
 * @param {string} blockedText
 */
export function createNotifier(button, blockedText) {
  const isOn = () => Notification.permission === 'granted' && wishes.has(notificationKey);
  function show() {
    button.setAttribute('aria-pressed', String(isOn()));
    button.disabled = Notification.permission === 'denied';
    if (button.disabled) button.textContent = blockedText;
  }

  if ('Notification' in window && isSecureContext) {
    button.hidden = false;
    show();
    button.addEventListener('click', async () => {
      const isWished = !isOn();
      if (isWished) await Notification.requestPermission();
      wishes.set(notificationKey, isWished);
      show();
    });
  }

  return {
    /** Only while nobody looks at the page. */
    notify(title, body) {
      if (button.hidden || !isOn() || !document.hidden) return;
      try {
        const note = new Notification(title, { body, tag: 'fairline-turn' });
        note.addEventListener('click', () => window.focus());
      } catch {
        // Some phones have notifications for installed apps only.
      }
    },
  };
}
