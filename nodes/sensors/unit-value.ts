import { channelIn, channelOf } from '../../lib/core/status/channels';
import type { UpsStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';

/**
 * Passes on a value of a unit's status with every reading. While the device is silent, its last value is not a reading.
 * @returns ends it
 */
export function followValue(
    unit: UpsUnit,
    read: (status: UpsStatus) => unknown,
    take: (value: unknown) => void,
): () => void {
    const tell = (status: UpsStatus) => {
        const value = unit.isSilent ? undefined : read(status);
        if (value !== undefined) take(value);
    };
    const status = unit.status();
    if (status && !unit.isSilent && unit.ageSeconds !== undefined) tell(status);
    return unit.onStatus(tell);
}

/** A value by its path, e.g. `environment.temperature`, or that of `channel:<name>`; undefined if the status lacks it. */
export function valueAt(status: UpsStatus, path: string): unknown {
    const name = channelIn(path);
    if (name !== undefined) {
        const { value, state } = channelOf(status, name) ?? {};
        return value ?? state;
    }
    return path.split('.').reduce<unknown>((at, key) => (isRecord(at) ? at[key] : undefined), status);
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}

/** Real ms between the readings of the path that is polled most rarely; 0 if no path is polled. */
export function readEveryMs({ pathViews, clock }: UpsUnit): number {
    return Math.max(0, ...pathViews.map(({ intervalMs = 0 }) => intervalMs)) / clock.speed;
}
