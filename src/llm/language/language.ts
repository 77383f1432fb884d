/** The languages in which plans are worded. */
export const LANGUAGES = ['en', 'de', 'fr', 'es'] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in each language. */
export type Localised = Readonly<Record<Language, string>>;

/** A table with one entry for each language. */
export function perLanguage<T>(make: (language: Language) => T): Readonly<Record<Language, T>> {
  return { en: make('en'), de: make('de'), fr: make('fr'), es: make('es') };
}
