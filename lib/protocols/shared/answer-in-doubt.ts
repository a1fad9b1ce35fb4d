import type { Clock, TimerHandle } from '../../core/clock';
import type { OwedAnswers, SentRequest } from './owed-answers';

/** One request under way, and what has come since: the last answer counts as soon as no late one can be meant. */
export class AnswerInDoubt<Kind, Answer> {
    /** How many others may still come; undefined: none has come. */
    private others?: number;
    private last?: Answer;
    private timer?: TimerHandle;

    /** @param decided called once, with the answer */
    constructor(
        private readonly clock: Clock,
        private readonly owed: OwedAnswers<Kind>,
        readonly sent: SentRequest<Kind>,
        private readonly decided: (answer: Answer) => void,
    ) {}

    /** Whether an answer has come, and is waited on. */
    get isHeld(): boolean {
        return this.others !== undefined;
    }

    take(answer: Answer): void {
        this.last = answer;
        if (this.others === undefined) {
            const doubt = this.owed.doubt(this.sent);
            if (!doubt) return this.decided(answer);
            this.others = doubt.others;
            this.timer = this.clock.setTimeout(() => this.decide(), doubt.ms);
        } else if (--this.others === 0) this.decide();
    }

    /** Idempotent. */
    end(): void {
        this.clock.clearTimeout(this.timer);
        this.timer = undefined;
    }

    private decide(): void {
        this.end();
        this.owed.settle(this.sent);
        this.decided(this.last!);
    }
}
