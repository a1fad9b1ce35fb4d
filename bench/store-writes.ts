import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../lib/core/clock';
import { deliveryKey } from '../lib/core/journal/journal';
import type { EventMessage } from '../lib/core/messages';
import { emptyStatus } from '../lib/core/status/status';
import { openStore, type Store } from '../lib/store';
import { machineNow } from './support/machine-clock';
import type { Measurement, Result } from './support/measurement';
import { round, summarize } from './support/statistics';

const ROUNDS = 20_000;
const BATCH = 100;

/** Durable journal writes per second, each committed by itself, and how long the longest of them held up the process. */
export const storeWrites: Measurement = {
    name: 'store-writes',
    async run() {
        const directory = mkdtempSync(join(tmpdir(), 'ridethrough-bench-'));
        const store = openStore({
            directory,
            clock: new SystemClock(),
            onProblem: (problem) => {
                throw problem;
            },
        });
        try {
            return [await journalWrites(store), await logAppends(store)];
        } finally {
            store.close();
            rmSync(directory, { recursive: true, force: true });
        }
    },
};

/** What one firing costs: delivery noted, job begun, job finished, delivery settled: four commits. */
async function journalWrites(store: Store): Promise<Result> {
    const times: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
        const message = eventMessage(n);
        const key = deliveryKey(message);
        timed(times, () => store.saveDelivery({ nodeId: 'sender', key, message, at: n }));
        timed(times, () => store.beginJob({ nodeId: 'job', key, message, at: n }));
        timed(times, () => store.finishJob('job', key, n));
        timed(times, () => store.settleDelivery('sender', key));
        if (n % BATCH === 0) await turn();
    }
    return described('journal writes per second', times);
}

async function logAppends(store: Store): Promise<Result> {
    const times: number[] = [];
    for (let n = 0; n < ROUNDS; n++) {
        const entry = {
            at: n,
            kind: 'event',
            level: 'alarm',
            source: 'UPS 1',
            text: 'Mains failed',
            detail: { n },
        } as const;
        timed(times, () => store.append(entry));
        if (n % BATCH === 0) await turn();
    }
    return described('event log entries per second', times);
}

function timed(times: number[], write: () => void): void {
    const before = machineNow();
    write();
    times.push(machineNow() - before);
}

function described(measurement: string, times: number[]): Result {
    const total = times.reduce((sum, time) => sum + time, 0);
    const value = round((times.length * 1000) / total, 0);
    return { measurement, unit: '1/s', value, writeMs: summarize(times, 3), target: null, met: null };
}

/** Lets the flusher work beside, as in Node-RED. */
function turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
}

function eventMessage(n: number): EventMessage {
    return {
        topic: 'UPS 1/power-fail',
        payload: true,
        event: {
            id: 'power-fail',
            source: 'UPS 1',
            sourceId: 'unit1',
            level: 'alarm',
            active: true,
            since: n,
            at: n,
            episode: `episode-${n}`,
            text: 'Mains failed',
        },
        status: { ...emptyStatus(n), battery: { chargePercent: 97, minutesRemaining: 58 }, alarms: ['on-battery'] },
    };
}
