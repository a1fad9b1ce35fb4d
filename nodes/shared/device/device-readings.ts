import type { NodeAPI } from 'node-red';
import type { PartialStatus } from '../../../lib/core/status/status';
import type { PathFailure } from '../../../lib/core/unit/device-path';
import { onePerFlow } from '../runtime/flow-of';

/** What is known of a deployed device node. */
export interface DeviceReading {
    /** Its last reading, if it answers; undefined before the first, and while it is silent. */
    status?: PartialStatus;
    /** Why it has no readings. */
    failure?: PathFailure;
    /** Real ms between its readings; 0 if it is not polled. */
    intervalMs: number;
    /** The states that a channel may have; undefined: not known. */
    statesOf(channel: string): readonly string[] | undefined;
}

interface Followed {
    reading?: DeviceReading;
    listeners: Set<(status: PartialStatus) => void>;
}

/** By node id. A follower stays while a deploy replaces the device. */
const devicesOf = onePerFlow(() => new Map<string, Followed>());

function deviceOf(RED: NodeAPI, id: string): Followed {
    const devices = devicesOf(RED);
    const known = devices.get(id) ?? { listeners: new Set() };
    devices.set(id, known);
    return known;
}

/** The readings of one device node, for those who follow it. */
export interface ReadingsFeed {
    /** A reading has come. */
    read(status: PartialStatus): void;
    /** The state of its connection. @param failure undefined while it works */
    connection(isReady: boolean, failure: PathFailure | undefined): void;
    close(): void;
}

/** Announces a running device node. */
export function feedReadings(
    RED: NodeAPI,
    id: string,
    { intervalMs, statesOf }: Pick<DeviceReading, 'intervalMs' | 'statesOf'>,
): ReadingsFeed {
    const device = deviceOf(RED, id);
    const reading: DeviceReading = { intervalMs, statesOf };
    device.reading = reading;
    return {
        read(status) {
            reading.status = status;
            for (const listener of [...device.listeners]) listener(status);
        },
        connection(isReady, failure) {
            reading.failure = failure;
            // What a silent device said last is no reading.
            if (!isReady) delete reading.status;
        },
        close() {
            if (device.reading === reading) delete device.reading;
        },
    };
}

/** What is known of the device node `id` now; undefined: it is not deployed, or not a device. */
export function readingOf(RED: NodeAPI, id: string): DeviceReading | undefined {
    return devicesOf(RED).get(id)?.reading;
}

/** Calls `take` with each reading of the device node `id`, and at once with the last one, if the device answers. @returns ends it */
export function followReadings(RED: NodeAPI, id: string, take: (status: PartialStatus) => void): () => void {
    const device = deviceOf(RED, id);
    device.listeners.add(take);
    if (device.reading?.status) take(device.reading.status);
    return () => device.listeners.delete(take);
}
