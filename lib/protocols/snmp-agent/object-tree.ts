import { ObjectType } from 'net-snmp';

const INTEGER = ObjectType.Integer;

export type WireValue = number | string | Buffer;

/** Why a value may not be written (RFC 3416, section 4.2.5). */
export type WriteFault = 'wrong-length' | 'wrong-encoding' | 'wrong-value' | 'inconsistent-value';

/** One instance that the agent serves. */
export interface ServedObject {
    oid: string;
    type: ObjectType;
    /** Undefined: not known now; then it is as if there were no such instance. */
    value(): WireValue | undefined;
    /** Present if the object is writable. */
    write?: {
        /** Undefined if `value` may be written, else the error. Has no effect. */
        check(value: WireValue): WriteFault | undefined;
        apply(value: WireValue): void;
    };
}

/** An instance with its value. */
export interface KnownObject {
    oid: string;
    type: ObjectType;
    value: WireValue;
}

/** The instances in lexicographical order, as GETNEXT requires. There may be thousands: nothing but their order is kept beside them. */
export class ObjectTree {
    private readonly sorted: readonly ServedObject[];
    private readonly places: ReadonlyMap<string, number>;

    /** @param unknown what a number that is not known reads as; default: it does not exist */
    constructor(
        objects: readonly ServedObject[],
        private readonly unknown?: number,
    ) {
        this.sorted = objects
            .map((object) => ({ arcs: arcsOf(object.oid), object }))
            .sort((a, b) => compareArcs(a.arcs, b.arcs))
            .map(({ object }) => object);
        this.places = new Map(this.sorted.map(({ oid }, place) => [oid, place]));
    }

    get(oid: string): ServedObject | undefined {
        const place = this.places.get(oid);
        return place === undefined ? undefined : this.sorted[place];
    }

    /** The value of an instance now; undefined: not known. */
    valueOf(object: ServedObject): WireValue | undefined {
        return object.value() ?? (object.type === INTEGER ? this.unknown : undefined);
    }

    /** The first instance after `oid`, which need not exist. */
    next(oid: string): ServedObject | undefined {
        return this.sorted[this.after(oid)];
    }

    /** The first instance after `oid` whose value is known. */
    nextKnown(oid: string): KnownObject | undefined {
        for (let index = this.after(oid); index < this.sorted.length; index++) {
            const object = this.sorted[index]!;
            const value = this.valueOf(object);
            if (value !== undefined) return { oid: object.oid, type: object.type, value };
        }
        return undefined;
    }

    private after(oid: string): number {
        // A walk goes on from an instance.
        const place = this.places.get(oid);
        if (place !== undefined) return place + 1;
        const arcs = arcsOf(oid);
        let low = 0;
        let high = this.sorted.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (compareArcs(arcsOf(this.sorted[middle]!.oid), arcs) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
}

/** The places of these names, in lexicographical order of the names. */
export function inOrder(oids: readonly string[]): number[] {
    const arcs = oids.map(arcsOf);
    return [...oids.keys()].sort((a, b) => compareArcs(arcs[a]!, arcs[b]!));
}

function arcsOf(oid: string): number[] {
    return oid.split('.').map(Number);
}

function compareArcs(a: readonly number[], b: readonly number[]): number {
    const length = Math.min(a.length, b.length);
    for (let index = 0; index < length; index++) {
        const difference = a[index]! - b[index]!;
        if (difference) return difference;
    }
    return a.length - b.length;
}
