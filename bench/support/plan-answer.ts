/** Title, minutes, detail, titles of substeps. */
const STEPS: readonly (readonly [string, number, string, readonly string[]])[] = [
  ['List what moves and what stays behind', 45, 'Walk through every room with a notebook.', []],
  ['Ask three firms for a price', 60, 'Send each the same list, so that the offers can be compared.', []],
  ['Choose a firm and fix the day', 30, 'Read what the insurance covers before you sign anything.', []],
  ['Tell landlord, bank and post', 50, 'Keep the confirmations in one folder.', ['Landlord', 'Bank', 'Post office']],
  ['Get boxes, tape and markers', 40, 'Twice as many boxes as seems reasonable; the shop takes back the rest.', []],
  [
    'Pack room by room',
    480,
    'Begin with what nobody needs before the move.',
    ['Cellar', 'Study', 'Bedroom', 'Kitchen'],
  ],
  ['Hand over the old rooms', 90, 'Note the meters and take photographs of every wall.', ['Meters', 'Keys']],
  ['Unpack what the first night needs', 120, 'Beds, lamps, towels, a kettle and two mugs — the rest can wait.', []],
];

/** What a provider says to a request for a plan: eight steps, some with substeps, between two and three kilobytes. */
export const PLAN_ANSWER = JSON.stringify({
  steps: STEPS.map(([title, estimate_minutes, detail, substeps], index) => ({
    id: `${index + 1}`,
    title,
    detail,
    estimate_minutes,
    depends_on: index === 0 ? [] : [`${index}`],
    substeps: substeps.map((name, at) => ({
      id: `${index + 1}.${at + 1}`,
      title: name,
      detail: '',
      estimate_minutes: Math.floor(estimate_minutes / substeps.length),
      depends_on: at === 0 ? [] : [`${index + 1}.${at}`],
      substeps: [],
    })),
  })),
});

export const PLAN_STEPS = STEPS.length;
