const { charCodeAt } = String.prototype;

/**
 * `text.charCodeAt(at)` for places that read texts character by character. V8 has several kinds of texts (cut out of another
 * one, put together, also the name of a property, …); where it has met more than four of them, it looks the method up anew for
 * every character, which takes twice as long as all the rest.
 */
export function codeAt(text: string, at: number): number {
  return charCodeAt.call(text, at);
}
