/** What a test, or whatever else has an end, must offer for the tear-down. */
export type TestLike = { after(step: () => Promise<unknown> | unknown): void };
