import { DatabaseSync } from 'node:sqlite';
import { Connection } from '../../lib/store/connection';
import { packSpans, packValues } from '../../lib/store/series/block-codec';
import { groupSeries, joined, packDays } from '../../lib/store/series/groups';
import { timesBlock } from '../../lib/store/series/packer';
import { blockBounds, SeriesDatabase, type Part, type Series } from '../../lib/store/series/series-database';
import { nameOf } from '../../lib/store/series/sheets';
import { emptySpans, overlay, spansOf } from '../../lib/store/series/spans';
import { DAY, HOUR, slotOf, slotStart, spansInBlock, TIERS, type StoredTier } from '../../lib/store/series/tiers';
import type { NumberedValues } from '../../lib/store/series';

export const MODULES = 512;
export const STRINGS = 16;
/** Seconds */
export const EVERY = 180;
const PER_DAY = DAY / EVERY;

/** A battery room: 16 strings of 32 blocks of 12 V that float, with the noise of a monitor that tells mV, half degrees and whole % of equalizing. */
export class Room {
    private seed = 12345;
    private readonly offsets = Float64Array.from({ length: MODULES }, () => Math.round(this.gauss() * 5));
    private readonly warmth = Float64Array.from({ length: MODULES }, () => Math.round(46 + this.gauss()));
    private readonly equalizing = new Float64Array(MODULES).fill(8);
    private readonly fresh = Float64Array.from({ length: MODULES }, () => 400 + this.gauss() * 12);
    private readonly common = new Map<number, Float64Array>();

    /** The scaled values of one quantity of one block or string on one day, each 3 min. @param day days since the start */
    day(quantity: string, number: number, day: number): Float64Array {
        const values = new Float64Array(PER_DAY);
        const i = number - 1;
        for (let n = 0; n < PER_DAY; n++) values[n] = this.value(quantity, i, day, n);
        return values;
    }

    /** What a sampler hands over at one time. */
    sample(day: number, n: number): NumberedValues[] {
        const of = (quantity: string, unit: string, count: number, scale: number): NumberedValues => ({
            quantity,
            unit,
            values: Float64Array.from({ length: count }, (_, i) => this.value(quantity, i, day, n) / scale),
        });
        return [
            of('voltage', 'V', MODULES, 1000),
            of('temperature', '°C', MODULES, 100),
            of('charge', '%', MODULES, 10),
            of('equalizing', '%', MODULES, 10),
            of('string-current', 'A', STRINGS, 1000),
            of('string-voltage', 'V', STRINGS, 1000),
            of('string-average', 'V', STRINGS, 1000),
            of('string-ripple', 'A', STRINGS, 1000),
            of('string-charge', '%', STRINGS, 10),
        ];
    }

    /** mΩ */
    impedance(day: number): NumberedValues[] {
        const values = Float64Array.from({ length: MODULES }, (_, i) => this.milliohms(i, day) / 1000);
        return [{ quantity: 'impedance', unit: 'mΩ', values }];
    }

    milliohms(i: number, day: number): number {
        return Math.round(this.fresh[i]! + day * (i % 50 === 0 ? 0.6 : 0.05) + this.gauss() * 3) * 10;
    }

    private value(quantity: string, i: number, day: number, n: number): number {
        switch (quantity) {
            case 'voltage':
                return Math.round(this.commonOf(day)[n]! + this.offsets[i]! + this.gauss() * 3);
            case 'temperature':
                return Math.round(this.warmth[i]! + Math.sin((n / PER_DAY) * 6.28) * 2) * 50;
            case 'charge':
                return 1000;
            case 'equalizing':
                if (this.random() < 0.1) {
                    const next = this.equalizing[i]! + (this.random() < 0.5 ? -1 : 1);
                    this.equalizing[i] = Math.max(0, Math.min(15, next));
                }
                return this.equalizing[i]! * 10;
            case 'string-current':
                return Math.round(12 + this.gauss() * 4) * 10;
            case 'string-voltage':
                return Math.round((this.commonOf(day)[n]! * 32 + this.gauss() * 20) / 100) * 100;
            case 'string-average':
                return Math.round(this.commonOf(day)[n]! + this.gauss());
            case 'string-ripple':
                return Math.round(30 + this.gauss() * 4) * 10;
            default:
                return 1000;
        }
    }

    private commonOf(day: number): Float64Array {
        const known = this.common.get(day);
        if (known) return known;
        const made = Float64Array.from(
            { length: PER_DAY },
            (_, n) => 13_620 + Math.sin((n / PER_DAY) * 6.28) * 8 + this.gauss() * 4,
        );
        this.common.set(day, made);
        return made;
    }

    private random(): number {
        this.seed = (this.seed * 1_664_525 + 1_013_904_223) >>> 0;
        return this.seed / 4_294_967_296;
    }

    private gauss(): number {
        return (this.random() + this.random() + this.random() + this.random() - 2) * 1.73;
    }
}

/**
 * Writes what packing day by day would have left of so many days before `end`: the same blocks by the same codec, without the live rows of each day.
 * @param end seconds, a midnight (UTC)
 * @param fineDays of samples
 */
export function fillPast(file: string, room: Room, end: number, days: number, fineDays: number): void {
    const connection = new Connection(new DatabaseSync(file));
    connection.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF');
    const database = new SeriesDatabase(connection);
    const writer = new Blocks(database);
    for (const part of database.parts()) {
        database.transaction(() => {
            if (part.sheet?.tier === 'seldom') seldom(writer, room, part, end, days);
            else often(writer, room, part, end, days, fineDays);
        });
    }
    connection.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    connection.close();
}

class Blocks {
    constructor(private readonly database: SeriesDatabase) {}

    write(tier: StoredTier, series: Series, slot: number, count: number, data: Uint8Array): void {
        this.database.db.run('INSERT OR REPLACE INTO block (tier, series, slot, n, data) VALUES (?, ?, ?, ?, ?)', [
            TIERS[tier].code,
            series.id,
            slot,
            count,
            data,
        ]);
    }
}

function often(writer: Blocks, room: Room, part: Part, end: number, days: number, fineDays: number): void {
    const begin = end - days * DAY;
    const month = () => part.series.map(() => emptySpans('number', spansInBlock('hour')));
    const halfYear = () => part.series.map(() => emptySpans('number', spansInBlock('day')));
    let [hours, all] = [month(), halfYear()];
    for (let day = 0; day < days; day++) {
        const at = begin + day * DAY;
        const times = Float64Array.from({ length: PER_DAY }, (_, n) => at + n * EVERY);
        const [hourSlot, daySlot] = [slotOf('hour', at), slotOf('day', at)];
        const isFine = day >= days - fineDays;
        if (isFine) {
            const { data } = timesBlock(part.times, 'fine', blockBounds('fine', at), times);
            writer.write('fine', part.times, slotOf('fine', at), PER_DAY, data);
        }
        for (const [i, series] of part.series.entries()) {
            const { quantity, number } = nameOf(series.quantity)!;
            const values = room.day(quantity, number, day);
            if (isFine) writer.write('fine', series, slotOf('fine', at), PER_DAY, packValues(values));
            const spans = (step: number) => spansOf('number', times, values, { start: at, step, count: DAY / step });
            overlay(hours[i]!, spans(HOUR), (at - slotStart('hour', hourSlot)) / HOUR);
            overlay(all[i]!, spans(DAY), (at - slotStart('day', daySlot)) / DAY);
        }
        const isLast = day === days - 1;
        if (isLast || slotOf('hour', at + DAY) !== hourSlot) {
            for (const [i, series] of part.series.entries()) {
                writer.write('hour', series, hourSlot, spansInBlock('hour'), packSpans(hours[i]!));
            }
            hours = month();
        }
        if (isLast || slotOf('day', at + DAY) !== daySlot) {
            const { count, data } = packDays(all);
            writer.write('day', groupSeries(part), daySlot, count, data);
            all = halfYear();
        }
    }
}

/** Twice a day. */
function seldom(writer: Blocks, room: Room, part: Part, end: number, days: number): void {
    const begin = end - days * DAY;
    const first = nameOf(groupSeries(part).quantity)!.number - 1;
    let times: number[] = [];
    let values: number[][] = part.series.map(() => []);
    for (let day = 0; day < days; day++) {
        const at = begin + day * DAY;
        for (const hour of [8, 20]) {
            times.push(at + hour * HOUR);
            for (const [i, list] of values.entries()) list.push(room.milliohms(first + i, day));
        }
        const slot = slotOf('seldom', at);
        if (day < days - 1 && slotOf('seldom', at + DAY) === slot) continue;
        const { data } = timesBlock(part.times, 'seldom', blockBounds('seldom', at), Float64Array.from(times));
        writer.write('seldom', part.times, slot, times.length, data);
        const packed = joined(values.map((list) => Float64Array.from(list)));
        writer.write('seldom', groupSeries(part), slot, packed.length, packValues(packed));
        [times, values] = [[], part.series.map(() => [])];
    }
}
