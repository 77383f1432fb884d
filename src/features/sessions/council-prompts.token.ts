/** Injection token of the council's prompts and personas. */
export const COUNCIL_PROMPTS = Symbol('CouncilPrompts');
