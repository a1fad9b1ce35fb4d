import { describe, unitOf } from './meaning';
import type { StatusBits } from './status-bits';

/** Modbus has four address spaces of their own; functions 1, 2, 3 and 4 read them. */
export type RegisterTable = 'coil' | 'discrete' | 'holding' | 'input';

/** One row of the CS141 manual, "Modbus addresses". */
export interface Register {
    /** Protocol address, counted from 0, as the card takes it (CS141 manual, "How to configure Modbus"). */
    readonly address: number;
    /** Words (holding, input) or bits (coil, discrete). */
    readonly length: number;
    /** What the CS141 manual gives as functions 3/4 is held to be `holding`: the card answers both alike ("Modbus function codes"). */
    readonly table: RegisterTable;
    readonly signed: boolean;
    /** As printed, misprints included. */
    readonly name: string;
    /** What it says, in our words. */
    readonly description: string;
    readonly unit?: string;
    /** Value in `unit` = what the register says, times this. 1 if absent. */
    readonly scale?: number;
    /** Characters, two in a word, the first in the high byte [inferred]. */
    readonly text?: true;
    /** What single values mean. */
    readonly values?: Readonly<Record<number, string>>;
    /** What single bits mean. */
    readonly bits?: readonly StatusBits[];
    /** Where it belongs in a status; see meaning.ts. Absent: nothing can be made of it. */
    readonly means?: string;
    /** It says what it means when it reads 0. */
    readonly inverted?: true;
    /** Printed, but without content; never read. */
    readonly reserved?: true;
    /** The address as printed, where that cannot be. */
    readonly printedAddress?: number;
    /** What is wrong with the printed row, or has been concluded. */
    readonly note?: string;
}

/** Rows that the CS141 manual only hints at ("continue until"): `count` times the same, `stride` apart. */
export interface RegisterSeries {
    readonly what: string;
    /** These are modules of a modular UPS: copies of the whole, which must not be taken for it. */
    readonly modules?: true;
    /** First address of number 1. */
    readonly base: number;
    readonly stride: number;
    readonly count: number;
    /** The registers of number `n`, by the rows of the map. */
    registers(n: number, rows: readonly Register[]): Register[];
}

export interface RegisterMap {
    readonly id: string;
    /** Makers and models, as the CS141 manual's headings name them. */
    readonly title: string;
    /** Heading of its section in the CS141 manual, "Modbus addresses". */
    readonly section: string;
    readonly kind: 'ups' | 'transfer-switch';
    readonly registers: readonly Register[];
    readonly series?: readonly RegisterSeries[];
    readonly notes?: string;
    /** The CS141 manual prints that the battery's current is positive while it charges, and negative while it discharges. */
    readonly positiveWhileCharging?: true;
}

type Extra = Partial<Omit<Register, 'address' | 'name' | 'means' | 'signed'>>;

/** What 0 and 1 mean where the CS141 manual says no more than active or not. */
export const ACTIVE = { 0: 'not active', 1: 'active' } as const;

function register(address: number, name: string, signed: boolean, means: string | undefined, extra: Extra): Register {
    const unit = extra.unit ?? (means === undefined ? undefined : unitOf(means));
    return {
        address,
        length: 1,
        table: 'holding',
        signed,
        name,
        description: means === undefined ? name : describe(means),
        ...(means === undefined ? {} : { means }),
        ...extra,
        ...(unit === undefined ? {} : { unit }),
    };
}

/** An unsigned register. */
export function u(address: number, name: string, means?: string, extra: Extra = {}): Register {
    return register(address, name, false, means, extra);
}

/** A signed register. */
export function s(address: number, name: string, means?: string, extra: Extra = {}): Register {
    return register(address, name, true, means, extra);
}

/** Printed as reserved: `length` addresses from `address` on. */
export function reserved(address: number, name: string, extra: Extra = {}): Register {
    return register(address, name, false, undefined, { description: 'reserved', ...extra, reserved: true });
}
