/** How long nothing may come before what is shown counts as old: three snapshots missed. */
const staleAfterMs = 3_500;
const retryAfterMs = 2_000;
const pollEveryMs = 1_000;

/**
 * Follows the state of everything. Calls `onSnapshot` with each, and `onState` with `live`, `lost`, `connecting` or `ended`
 * (the login is over, nothing more comes). Where streams are refused it asks once a second until they are not.
 */
export function followLive({ onSnapshot, onState }) {
  let source;
  let lastAt = performance.now();
  let isEnded = false;
  let isRefused = false;
  let retry;

  function take(snapshot) {
    lastAt = performance.now();
    onState('live');
    onSnapshot(snapshot);
  }

  function end() {
    isEnded = true;
    source?.close();
    onState('ended');
  }

  function refuse(afterMs) {
    isRefused = true;
    source?.close();
    source = undefined;
    clearTimeout(retry);
    if (!isEnded) retry = setTimeout(connect, afterMs);
  }

  function connect() {
    source = new EventSource('/system/api/live');
    source.addEventListener('snapshot', (event) => {
      isRefused = false;
      take(JSON.parse(event.data));
    });
    source.addEventListener('end', (event) => {
      const { reason } = JSON.parse(event.data);
      if (reason === 'session' || reason === 'operator') end();
      else refuse(retryAfterMs);
    });
    // A browser tries again by itself after a break, but not after a refusal.
    source.addEventListener('error', () => {
      if (source?.readyState === EventSource.CLOSED) refuse(retryAfterMs * 2);
    });
  }

  async function poll() {
    const isStale = performance.now() - lastAt >= staleAfterMs;
    if (document.hidden || (!isStale && !isRefused)) return;
    if (isStale) onState('lost');
    try {
      const answer = await fetch('/system/api/overview', { signal: AbortSignal.timeout(5_000) });
      if (answer.status === 401) end();
      else if (answer.ok && !isEnded) take(await answer.json());
    } catch {
      // Said already; the next one may come through.
    }
  }

  async function keepPolling() {
    await poll();
    if (!isEnded) setTimeout(keepPolling, pollEveryMs);
  }

  onState('connecting');
  connect();
  keepPolling();
  // A page that was put away must not show its old numbers as live for even a moment.
  document.addEventListener('visibilitychange', () => {
    if (!document.hidden && performance.now() - lastAt > staleAfterMs) onState('lost');
  });
}
