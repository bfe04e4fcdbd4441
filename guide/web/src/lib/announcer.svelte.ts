/** The page's one polite live region: what happened, in a sentence, for those who do not see it happen. */
class Announcer {
  #text = $state('');

  get text(): string {
    return this.#text;
  }

  say(sentence: string): void {
    // A sentence said twice must change the region, or the second one stays unread.
    this.#text = sentence === this.#text ? `${sentence} ` : sentence;
  }
}

export const announcer = new Announcer();
