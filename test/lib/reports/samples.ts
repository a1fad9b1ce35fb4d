import type { LogEntry } from '../../../lib/core/journal/event-log';
import type { PlannedStep, Readings, ReportEpisode, ReportSources } from '../../../lib/reports';
import { zoneOf } from '../../../lib/zones/temporal-zone';

/** Samples of one UPS as rows: epoch ms, and a value for each quantity. */
export type Sample = { at: number } & Partial<Record<string, number>>;

export const BERLIN = zoneOf('Europe/Berlin');

/** Epoch ms of a time in ISO 8601. */
export const at = (iso: string): number => Date.parse(iso);

export const GAP_MS = 450_000;

export interface Story {
    samples: readonly Sample[];
    episodes?: readonly ReportEpisode[];
    log?: readonly LogEntry[];
    plan?: PlannedStep[];
    gapMs?: number;
    states?: readonly string[];
}

/** The sources of a story that is told by rows. */
export function sourcesOf({ samples, episodes = [], log = [], plan, gapMs = GAP_MS, states }: Story): ReportSources {
    return {
        episodes: ({ sourceId, eventId, from, to }) =>
            episodes.filter(
                (each) =>
                    (sourceId === undefined || each.sourceId === sourceId) &&
                    (eventId === undefined || each.eventId === eventId) &&
                    each.since <= to &&
                    (each.endedAt ?? Infinity) >= from,
            ),
        log: ({ from, to }) => Promise.resolve(log.filter((entry) => entry.at >= from && entry.at <= to)),
        readings: ({ quantities, from, to }): Promise<Readings> => {
            const rows = samples.filter((row) => row.at >= from && row.at <= to);
            const columns = quantities.map((quantity) => ({
                quantity,
                unit: UNITS[quantity.replace(/\d$/, '')] ?? '',
                ...(quantity === 'outputSource' && states ? { states } : {}),
                mean: rows.map((row) => row[quantity]),
            }));
            return Promise.resolve({ times: rows.map((row) => row.at), columns, gapMs });
        },
        planAtOnset: () => plan,
    };
}

const UNITS: Record<string, string> = {
    inputVoltage: 'V',
    load: '%',
    charge: '%',
    runtime: 'min',
    estimatedRuntime: 'min',
    outputPower: 'W',
    batteryVoltage: 'V',
    batteryCurrent: 'A',
    batteryTemperature: '°C',
    environmentTemperature: '°C',
    dcInputVoltage: 'V',
    dcOutputVoltage: 'V',
};

/** Watt hours of a quantity in a range, by looking at each second: slow, and nothing like the code under test. */
export function wattHoursBySeconds(
    samples: readonly Sample[],
    quantity: string,
    from: number,
    to: number,
    gapMs = GAP_MS,
): { wattHours: number; seconds: number } {
    let wattHours = 0;
    let seconds = 0;
    let index = 0;
    for (let middle = from + 500; middle < to; middle += 1000) {
        while (index + 1 < samples.length && samples[index + 1]!.at <= middle) index++;
        const [left, right] = [samples[index], samples[index + 1]];
        if (!left || !right || left.at > middle || right.at - left.at > gapMs) continue;
        const [low, high] = [left[quantity], right[quantity]];
        if (low === undefined || high === undefined) continue;
        wattHours += (low + ((high - low) * (middle - left.at)) / (right.at - left.at)) / 3600;
        seconds++;
    }
    return { wattHours, seconds };
}

/** A number between 0 and 1 that looks like chance and is the same each time. */
export function chance(seed: number): number {
    const value = Math.sin(seed * 12.9898) * 43758.5453;
    return value - Math.floor(value);
}
