/** A host name or address with an optional port: what a Host header may say. */
export const hostForm = /^[A-Za-z0-9._:[\]-]{1,255}$/;
