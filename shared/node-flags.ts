/**
 * How Node is started for a room, wherever it runs. V8 begins with half a MiB for new objects and grants more only once much
 * of it survives; a gateway then collects so often that requests of a few milliseconds outlive two collections, and all that
 * they made counts as old and piles up until the next full one. With 16 MiB from the start nearly all of it dies young.
 */
export const roomNodeFlags: readonly string[] = Object.freeze(['--min-semi-space-size=16']);
