/**
 * Whether somebody who waits in the public line is admitted no later as the last of the VIPs, counted in admissions, with the
 * people who wait now: at best where they stand against at worst over there. `move-to-vip.lua` judges by the same rule.
 */
export function isMoveNoWorse({
  position,
  vipsWaiting,
  vipSharePercent: share,
}: {
  /** In the public line, from 1. */
  position: number;
  vipsWaiting: number;
  /** 0–90 */
  vipSharePercent: number;
}): boolean {
  if (share === 0) return false;
  const staying = position + Math.min(vipsWaiting, Math.floor((position * share) / (100 - share)));
  return Math.ceil(((vipsWaiting + 1) * 100) / share) <= staying;
}
