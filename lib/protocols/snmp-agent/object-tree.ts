import type { ObjectType } from 'net-snmp';

export type WireValue = number | string | Buffer;

/** One instance that the agent serves. */
export interface ServedObject {
    oid: string;
    type: ObjectType;
    /** Undefined: not known now; then it is as if there were no such instance. */
    value(): WireValue | undefined;
    /** Present if the object is writable. */
    write?: {
        /** Undefined if `value` may be written, else the error. Has no effect. */
        check(value: WireValue): 'wrong-value' | 'inconsistent-value' | undefined;
        apply(value: WireValue): void;
    };
}

/** An instance with its value. */
export interface KnownObject {
    oid: string;
    type: ObjectType;
    value: WireValue;
}

/** The instances in lexicographical order, as GETNEXT requires. */
export class ObjectTree {
    private readonly sorted: { arcs: number[]; object: ServedObject }[];
    private readonly byOid: Map<string, ServedObject>;

    constructor(objects: readonly ServedObject[]) {
        this.byOid = new Map(objects.map((object) => [object.oid, object]));
        this.sorted = objects
            .map((object) => ({ arcs: arcsOf(object.oid), object }))
            .sort((a, b) => compareArcs(a.arcs, b.arcs));
    }

    get(oid: string): ServedObject | undefined {
        return this.byOid.get(oid);
    }

    /** The first instance after `oid`, which need not exist. */
    next(oid: string): ServedObject | undefined {
        return this.sorted[this.after(oid)]?.object;
    }

    /** The first instance after `oid` whose value is known. */
    nextKnown(oid: string): KnownObject | undefined {
        for (let index = this.after(oid); index < this.sorted.length; index++) {
            const { object } = this.sorted[index]!;
            const value = object.value();
            if (value !== undefined) return { oid: object.oid, type: object.type, value };
        }
        return undefined;
    }

    private after(oid: string): number {
        const arcs = arcsOf(oid);
        let low = 0;
        let high = this.sorted.length;
        while (low < high) {
            const middle = (low + high) >>> 1;
            if (compareArcs(this.sorted[middle]!.arcs, arcs) <= 0) low = middle + 1;
            else high = middle;
        }
        return low;
    }
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
