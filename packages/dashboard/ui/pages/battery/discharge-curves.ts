import type { DischargeRecord } from '../../../../../lib/core/batteries/discharge/record';
import type { Api } from '../../lib/api';
import { ApiError } from '../../lib/api';

/** The curves of one discharge, at the times of its readings. NaN: not known. */
export interface DischargeCurves {
    record: DischargeRecord;
    /** ms since the onset, ascending; the reading before the onset is negative. */
    atMs: Float64Array;
    /** V by module, °C by module, A by string, from 1 at index 0; each as long as `atMs`. Empty: was not told. */
    voltage: Float32Array[];
    temperature: Float32Array[];
    current: Float32Array[];
}

interface Header {
    record: DischargeRecord;
    count: number;
    columns: { voltage: number; temperature: number; current: number };
}

/** The discharges of a battery, the newest first. @throws ApiError */
export async function readDischarges(api: Api, battery: string, signal?: AbortSignal): Promise<DischargeRecord[]> {
    try {
        const path = `batteries/${encodeURIComponent(battery)}/discharges`;
        return (await api.get<{ discharges: DischargeRecord[] }>(path, {}, signal)).discharges;
    } catch (error) {
        // A battery without a site has no history.
        if (error instanceof ApiError && error.status === 404) return [];
        throw error;
    }
}

/** @throws ApiError */
export async function readCurves(
    api: Api,
    battery: string,
    record: string,
    signal?: AbortSignal,
): Promise<DischargeCurves> {
    const path = `batteries/${encodeURIComponent(battery)}/discharges/${encodeURIComponent(record)}`;
    return decodeCurves(await api.bytes(path, { format: 'bin' }, signal));
}

/** Reads the answer of GET batteries/<id>/discharges/<record> with format=bin. */
export function decodeCurves(bytes: ArrayBuffer): DischargeCurves {
    const length = new DataView(bytes).getUint32(0, true);
    const { record, count, columns } = JSON.parse(new TextDecoder().decode(new Uint8Array(bytes, 4, length))) as Header;
    let at = Math.ceil((4 + length) / 8) * 8;
    const atMs = new Float64Array(bytes, at, count);
    at += count * 8;
    const planes = (many: number) =>
        Array.from({ length: many }, () => {
            const values = new Float32Array(bytes, at, count);
            at += count * 4;
            return values;
        });
    return {
        record,
        atMs,
        voltage: planes(columns.voltage),
        temperature: planes(columns.temperature),
        current: planes(columns.current),
    };
}

/** Of all blocks at each time the lowest, the mean and the highest; null: no block was told. */
export function envelopeOf(
    planes: readonly Float32Array[],
    count: number,
): Record<'low' | 'mean' | 'high', (number | null)[]> {
    const found = { low: [] as (number | null)[], mean: [] as (number | null)[], high: [] as (number | null)[] };
    for (let index = 0; index < count; index++) {
        let [low, high, sum, known] = [Infinity, -Infinity, 0, 0];
        for (const plane of planes) {
            const value = plane[index]!;
            if (Number.isNaN(value)) continue;
            low = Math.min(low, value);
            high = Math.max(high, value);
            sum += value;
            known++;
        }
        found.low.push(known > 0 ? low : null);
        found.high.push(known > 0 ? high : null);
        found.mean.push(known > 0 ? sum / known : null);
    }
    return found;
}

/** The last reading that is not later than `ms`, or the first. */
export function readingAt(atMs: Float64Array, ms: number): number {
    let [low, high] = [0, atMs.length - 1];
    while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (atMs[middle]! <= ms) low = middle;
        else high = middle - 1;
    }
    return Math.max(0, low);
}
