import type { Clock } from '../core/clock';
import { UpsError } from '../core/errors';
import { plainText, said, failureText } from '../core/language/sentence';

export type ProblemListener = (problem: UpsError) => void;

/** Shortest time between two reports of one kind of problem, ms. */
const AGAIN_MS = 60_000;
/** The same for problems that do not end by themselves, although the store tries again. */
const LASTING_AGAIN_MS = 24 * 3_600_000;

/** The listeners for problems of one store file, and what was reported already. */
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

    /** Reports a failure of the disk, or any other failure. */
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
