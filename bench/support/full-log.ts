import type { Store } from '../../lib/store';

const BATCH = 1000;
export const LOG_ENTRY_EVERY_MS = 60_000;
/** An outage of a quarter of an hour with a dozen entries, in so many entries. */
export const OUTAGE_EVERY = 250;

/** An entry a minute. @returns the time of the first, epoch ms */
export async function fillLog(store: Store, count: number): Promise<number> {
    const first = Date.now() - count * LOG_ENTRY_EVERY_MS;
    for (let n = 0; n < count;) {
        store.transaction(() => {
            for (const end = Math.min(count, n + BATCH); n < end; n++)
                appendOne(store, first + n * LOG_ENTRY_EVERY_MS, n);
        });
        await turn();
    }
    return first;
}

function appendOne(store: Store, at: number, n: number): void {
    const [unit, inOutage] = [`unit${Math.floor(n / OUTAGE_EVERY) % 50}`, n % OUTAGE_EVERY];
    const episode = `${unit}:power-fail:${at - inOutage * LOG_ENTRY_EVERY_MS}:abcdef`;
    const outage = { eventId: 'power-fail', episode, source: unit, nodeId: unit } as const;
    if (inOutage === 0)
        store.append({ at, kind: 'event', level: 'alarm', text: 'Mains failed', active: true, ...outage });
    else if (inOutage === 15)
        store.append({ at, kind: 'event', level: 'info', text: 'Mains back', active: false, ...outage });
    else if (inOutage < 15)
        store.append({ at, kind: 'job', level: 'info', text: 'Host shut down', ...outage, nodeId: `job${inOutage}` });
    else store.append({ at, kind: 'log', level: 'info', source: `note ${n % 97}`, text: `Charge ${n % 100} %` });
}

function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}
