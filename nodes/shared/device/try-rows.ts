import type { BatterySweep } from '../../../lib/core/batteries/model';
import type { UpsDriver } from '../../../lib/core/driver';
import type { Channels, Dc, PartialStatus } from '../../../lib/core/status/status';
import type { TryRow } from '../admin/try-now';

/** So many channels are shown; those of a user's own map are all in its table. */
const MOST_CHANNELS = 24;

/** The most important values of a reading. A DC supply has other ones than a UPS: its own, and no empty rows. */
export function rowsOf(status: PartialStatus, now: number, driver?: Pick<UpsDriver, 'speaks' | 'battery'>): TryRow[] {
    const { identity, alarms, time, dc, channels } = status;
    const age = time === undefined ? undefined : Math.max(0, (now - time) / 1000);
    const own = [...batteryRows(driver?.battery?.()), ...dcRows(dc), ...channelRows(channels)];
    const ups = upsRows(status);
    const isUps = own.length === 0 || ups.some(({ value }) => value !== null);
    const model = [identity?.manufacturer, identity?.model].filter(Boolean).join(' ');
    return [
        ...(isUps || model ? [row('model', model || undefined)] : []),
        ...(driver?.speaks === undefined ? [] : [row('speaks', driver.speaks)]),
        ...(isUps ? ups : []),
        ...own,
        ...(isUps || alarms ? [row('alarms', alarms?.length)] : []),
        row('age', age === undefined ? undefined : Math.round(age * 10) / 10),
    ];
}

function row(key: string, value: TryRow['value'] | undefined): TryRow {
    return { key, value: value ?? null };
}

function upsRows({ output, battery }: PartialStatus): TryRow[] {
    const loads = (output?.lines ?? []).flatMap(({ load }) => (load === undefined ? [] : [load]));
    return [
        row('source', output?.source),
        row('charge', battery?.chargePercent),
        row('runtime', battery?.minutesRemaining),
        row('load', loads.length > 0 ? Math.max(...loads) : undefined),
    ];
}

function batteryRows(sweep: BatterySweep | undefined): TryRow[] {
    if (!sweep) return [];
    return [row('blocks', sweep.modules), ...(sweep.strings === undefined ? [] : [row('strings', sweep.strings)])];
}

const DC_ROWS = ['inputVoltage', 'outputVoltage', 'outputCurrent', 'temperature'] as const;

function dcRows(dc: Dc = {}): TryRow[] {
    return DC_ROWS.flatMap((key) => (dc[key] === undefined ? [] : [row(`dc-${key}`, dc[key])]));
}

function channelRows(channels: Channels = {}): TryRow[] {
    return Object.entries(channels)
        .slice(0, MOST_CHANNELS)
        .map(([label, { value, state, unit }]) => ({
            label,
            value: value ?? state ?? null,
            ...(unit ? { unit } : {}),
        }));
}
