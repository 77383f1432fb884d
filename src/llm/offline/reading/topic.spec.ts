import { describe, expect, it } from '@jest/globals';
import type { Language } from '../../language/language.js';
import { findTopic } from './topic.js';

describe('the topic of a longer request', () => {
  it.each<[Language, string, string]>([
    ['en', 'My sink is clogged. I need to fix it before Friday.', 'My sink is clogged'],
    ['en', 'Hi! We bought a house and have two cats. Can you help us plan the move?', 'plan the move'],
    ['en', 'The heating will be replaced next week and I need to clear the rooms', 'clear the rooms'],
    ['en', 'In two weeks I have to present our results', 'present our results'],
    ['de', 'Wir haben am 12. Juli eine Grillparty. Was muss ich alles machen?', 'Wir haben eine Grillparty'],
    ['de', 'Hallo zusammen, ich muss bis Freitag dringend den Keller räumen. Danke!', 'den Keller räumen'],
    ['fr', 'Bonjour, je voudrais organiser un pique-nique dimanche. Pouvez-vous m’aider ?', 'organiser un pique-nique'],
    ['es', 'Mi hija empieza el colegio en septiembre y hay que comprar los libros', 'comprar los libros'],
  ])('in %s "%s" is "%s"', (language, text, topic) => {
    expect(findTopic(text, language).text).toBe(topic);
  });

  it('is the whole text when nothing in it asks for anything', () => {
    expect(findTopic('Blue', 'en').text).toBe('Blue');
    expect(findTopic('?!', 'en').text).toBe('');
  });
});
