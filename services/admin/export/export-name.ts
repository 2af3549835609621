/** Name of a CSV file; without `sale` of the one that runs. The log tells by it who took what. */
export function exportName({
  event,
  kind,
  sale,
}: {
  event: string;
  kind: 'journeys' | 'orders';
  sale?: number | undefined;
}): string {
  return `${event}-${sale === undefined ? 'now' : `sale-${sale}`}-${kind}.csv`;
}
