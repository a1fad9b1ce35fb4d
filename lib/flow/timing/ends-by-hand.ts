import type { Journal } from '../../core/journal/journal';
import type { Registry } from '../registry';

/** Name in the journal of a timing: episodes of which a person has run a job behind it. */
const NAME = 'by-hand';
const MOST = 100;

/** Episodes whose end a timing passes on although it has not fired: a person has run a job behind it, whose counter job waits for the end. */
export class EndsByHand {
    constructor(
        private readonly registry: Registry,
        private readonly timingId: string,
    ) {}

    note(episode: string, journal: Journal): void {
        const others = this.in(journal).filter((each) => each !== episode);
        journal.setValue(this.timingId, NAME, [...others, episode].slice(-MOST));
    }

    has(episode: string): boolean {
        return this.registry.journals().some((journal) => this.in(journal).includes(episode));
    }

    forget(episode: string): void {
        for (const journal of this.registry.journals()) {
            const kept = this.in(journal);
            if (!kept.includes(episode)) continue;
            const others = kept.filter((each) => each !== episode);
            journal.setValue(this.timingId, NAME, others.length > 0 ? others : undefined);
        }
    }

    private in(journal: Journal): string[] {
        return (journal.getValue(this.timingId, NAME) ?? []) as string[];
    }
}
