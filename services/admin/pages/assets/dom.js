/** Leaves alone what says it already, so that selections, the focus and screen readers stay undisturbed. */
export function setText(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

export function setHidden(element, isHidden) {
  if (element && element.hidden !== isHidden) element.hidden = isHidden;
}

export function slotOf(root, name) {
  return root?.querySelector(`[data-slot="${name}"]`) ?? null;
}

export function setSlot(root, name, text) {
  setText(slotOf(root, name), text);
}

/** A bar drawn by the server; `ratio` of 0..1. */
export function setBar(root, ratio, look) {
  const svg = slotOf(root, 'bar');
  if (!svg) return;
  svg.firstElementChild.setAttribute('width', `${(Math.min(1, Math.max(0, ratio)) * 100).toFixed(1)}%`);
  if (look) svg.dataset.look = look;
}

/** What the server could only say in UTC, in the reader's own time; the title keeps UTC, which the team shares. */
export function showLocalTimes(root, locale) {
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' };
  const today = new Intl.DateTimeFormat(locale, clock);
  const otherDay = new Intl.DateTimeFormat(locale, { ...clock, month: 'short', day: 'numeric' });
  const now = new Date().toDateString();
  for (const time of root.querySelectorAll('time[datetime]')) {
    const at = new Date(time.dateTime);
    if (time.title !== '' || Number.isNaN(at.getTime())) continue;
    time.title = time.textContent;
    time.textContent = (at.toDateString() === now ? today : otherDay).format(at);
  }
}
