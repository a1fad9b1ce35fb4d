import type { Clock } from '../core/clock';
import { UpsError } from '../core/errors';
import { plainText, said, failureText } from '../core/language/sentence';

export type ProblemListener = (problem: UpsError) => void;

/** How often one kind of problem is reported at most. */
const AGAIN_MS = 60_000;
/** What does not pass by itself, though it is tried again. */
const LASTING_AGAIN_MS = 24 * 3_600_000;

/** Who is told of the problems of one store file, and what they have been told of. */
export class Problems {
    readonly listeners = new Set<ProblemListener>();
    private readonly reportedAt = new Map<string, number>();

    constructor(
        private readonly file: string,
        private readonly clock: Clock,
    ) {}

    report(problem: UpsError): void {
        const now = this.clock.monotonic();
        const kind = `${problem.code} ${plainText(problem.data.reason)}`;
        const last = this.reportedAt.get(kind);
        const againMs = problem.code === 'store-no-locks' ? LASTING_AGAIN_MS : AGAIN_MS;
        if (last !== undefined && now - last < againMs) return;
        this.reportedAt.set(kind, now);
        for (const listener of [...this.listeners]) listener(problem);
    }

    /** The disk, or whatever it was, failed. */
    failure(error: unknown): void {
        if (error instanceof UpsError) return this.report(error);
        const reason = failureText(error);
        this.report(
            new UpsError(
                'store-failed',
                { file: this.file, reason, advice: said('store.notWritten') },
                { cause: error },
            ),
        );
    }
}
