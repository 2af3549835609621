import { readCatalogue } from '../catalogue/catalogue.ts';

/** The catalogue that comes along. */
export const catalogue = await readCatalogue(new URL('../catalogue/concert.json', import.meta.url));
