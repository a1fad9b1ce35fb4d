import type { SentenceData } from '../../core/language/sentence';
import { quoted } from '../../core/quote';

/** One fault of a map: the key of its sentence below `said.map` of ups-unit. */
export interface MapFault {
    /** The item or command that it is in, as people find it; absent: the map as a whole. */
    item?: string;
    rule: string;
    data?: SentenceData;
}

/** Collects the faults of a map. */
export class Faults {
    constructor(
        readonly all: MapFault[] = [],
        private readonly item?: string,
    ) {}

    /** The same list, for the faults of one item. */
    of(item: string): Faults {
        return new Faults(this.all, item);
    }

    add(rule: string, data?: SentenceData): void {
        this.all.push({ ...(this.item === undefined ? {} : { item: this.item }), rule, ...(data ? { data } : {}) });
    }

    /** A key that nobody reads is a misspelt one. */
    unknownKeys(value: object, known: ReadonlySet<string>): void {
        for (const key of Object.keys(value)) if (!known.has(key)) this.add('key', { key: quoted(key) });
    }
}

export function isPlain(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isNumber(value: unknown): value is number {
    return typeof value === 'number' && Number.isFinite(value);
}

export function isWhole(value: unknown, min: number, max: number): value is number {
    return Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
}

/** A raw value as it may stand in a map. */
export function isRaw(value: unknown): value is number | string {
    return isNumber(value) || (typeof value === 'string' && value.length <= 255);
}
