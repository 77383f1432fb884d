/** Enough of them that no two texts are alike: what is stored must not look smaller than it is. */
const WORDS = (
  'the harbour supplier budget week before answer because station oven flour permit rent street morning team price risk ' +
  'customer winter contract begin measure small large later cost number reason first second test option plan review owner ' +
  'delay buffer choose against between evidence margin season neighbour delivery staff training quality volume promise'
).split(' ');

const CONTRIBUTION_BYTES = 1_500;
const SYNTHESIS_BYTES = 3_000;
const ACTIONS = 6;

/** A judgement above and below what ends a discussion. */
const AGREED = { score: 0.95, novelty: 0.1 };
const DISPUTED = { score: 0.4, novelty: 0.7 };

/** What a model says to a call of a council, always the same for the same number. */
export function councilAnswer(kind: string, number: number, agreed: boolean): string {
  const text = speech(number);
  switch (kind) {
    case 'frame':
      return JSON.stringify({
        questions: [text(120), text(120), text(120)],
        constraints: [text(90)],
        unknowns: [text(90)],
      });
    case 'facilitate':
      return JSON.stringify(agreed ? AGREED : DISPUTED);
    case 'vote':
      return `${text(400)}\n\nFINAL RANKING:\n${['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((label, at) => `${at + 1}. Response ${label}`).join('\n')}`;
    case 'synthesise':
      return text(SYNTHESIS_BYTES);
    case 'plan':
      return JSON.stringify({ actions: Array.from({ length: ACTIONS }, (_, at) => actionOf(at + 1, text)) });
    default:
      return text(CONTRIBUTION_BYTES);
  }
}

function actionOf(order: number, text: (bytes: number) => string): object {
  return {
    order,
    title: text(60),
    detail: text(200),
    depends_on: order === 1 ? [] : [order - 1],
    estimate_minutes: 30 * order,
    owner_role: text(14),
    first_step: text(80),
  };
}

/** Words in an order that follows from a number (a linear congruential generator, Numerical Recipes §7.1). */
function speech(seed: number): (bytes: number) => string {
  let state = seed >>> 0;
  return (bytes) => {
    let text = '';
    while (text.length < bytes) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      text += `${WORDS[(state >>> 16) % WORDS.length] ?? ''} `;
    }
    return text.slice(0, bytes).trim();
  };
}
