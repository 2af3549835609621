/** What these answer. */
export type ChangedAnswer = { changed: boolean };
