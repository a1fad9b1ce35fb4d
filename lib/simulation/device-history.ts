import type { DeviceHistoryEntry } from '../core/driver';
import type { ChangeKind, UpsChange } from './changes';

/** Real cards keep some dozen to some hundred events. */
const MOST = 200;

const ALARMING: ReadonlySet<ChangeKind> = new Set([
    'mains-failed',
    'on-battery',
    'battery-low',
    'battery-depleted',
    'output-off',
    'alarm-added',
]);

/** Alarms that changes of their own tell, or that come and go with them. */
const TOLD_OTHERWISE: ReadonlySet<string> = new Set([
    'on-battery',
    'low-battery',
    'depleted-battery',
    'input-bad',
    'test-in-progress',
    'ups-output-off',
    'output-off-as-requested',
    'ups-off-as-requested',
]);

/** What a simulated UPS remembers of itself, as the log of a card: the oldest entries give way. */
export class DeviceHistory {
    constructor(private kept: DeviceHistoryEntry[] = []) {}

    note(change: UpsChange): void {
        const entry = entryOf(change);
        if (!entry) return;
        this.kept.push({ at: Math.round(change.at), ...entry });
        if (this.kept.length > MOST) this.kept.shift();
    }

    /** Oldest first. */
    entries(): DeviceHistoryEntry[] {
        return this.kept.map((entry) => ({ ...entry }));
    }
}

/** In the device's own words, as a card with a small display writes them: MAINS FAILED, OUTLET rack OFF, ALARM FAN FAILURE. */
function entryOf({ what, alarm, load }: UpsChange): Omit<DeviceHistoryEntry, 'at'> | undefined {
    if (alarm !== undefined && (TOLD_OTHERWISE.has(alarm) || alarm.startsWith('state:'))) return undefined;
    const name = alarm && inCapitals(alarm.replace(/^vendor:/, ''));
    const words: Partial<Record<ChangeKind, string>> = {
        'load-on': `OUTLET ${load} ON`,
        'load-off': `OUTLET ${load} OFF`,
        'alarm-added': `ALARM ${name}`,
        'alarm-removed': `CLEARED ${name}`,
    };
    return { text: words[what] ?? inCapitals(what), level: ALARMING.has(what) ? 'alarm' : 'info' };
}

const inCapitals = (name: string): string => name.replaceAll('-', ' ').toUpperCase();
