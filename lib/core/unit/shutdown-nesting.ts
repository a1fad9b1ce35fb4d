import { UpsError } from '../errors';

/** One shutdown of a unit. Seconds from `sentAt`, epoch ms; restore seconds from the return of the mains. */
export interface PlannedShutdown {
    sentAt: number;
    scope: 'output' | 'system';
    seconds: number;
    restoreSeconds?: number;
}

/**
 * Manual line 2668: two jobs must be nested. The outputs go off before the UPS itself, and come back after it.
 * `others`: the shutdowns that were sent before in the same outage.
 * @throws UpsError config-invalid
 */
export function checkNesting(planned: PlannedShutdown, others: readonly PlannedShutdown[]): void {
    for (const other of others) {
        if (other.scope === planned.scope) continue;
        const [output, system] = planned.scope === 'output' ? [planned, other] : [other, planned];
        if (offAt(output) >= offAt(system)) {
            throw wrong('seconds', planned.seconds, 'such a time that the outputs go off before the system');
        }
        const { restoreSeconds: outputs } = output;
        const { restoreSeconds: itself } = system;
        if (outputs !== undefined && itself !== undefined && outputs < itself) {
            throw wrong(
                'restoreSeconds',
                planned.restoreSeconds!,
                'such a time that the outputs come back after the system',
            );
        }
    }
}

const offAt = ({ sentAt, seconds }: PlannedShutdown) => sentAt + seconds * 1000;

const wrong = (property: string, value: number, expected: string) =>
    new UpsError('config-invalid', { property, value, expected });
