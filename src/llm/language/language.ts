/** The languages in which plans are worded. */
export const LANGUAGES = ['en', 'de', 'fr', 'es'] as const;

export type Language = (typeof LANGUAGES)[number];

/** One text in each language. */
export type Localised = Readonly<Record<Language, string>>;
