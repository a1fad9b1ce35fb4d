import { describe, unitOf } from './meaning';
import type { StatusBits } from './status-bits';

/** The four address spaces of Modbus; functions 1, 2, 3 and 4 read them. */
export type RegisterTable = 'coil' | 'discrete' | 'holding' | 'input';

/** One row of the CS141 manual, "Modbus addresses". */
export interface Register {
    /** Protocol address, counted from 0 (CS141 manual, "How to configure Modbus"). */
    readonly address: number;
    /** Words (holding, input) or bits (coil, discrete). */
    readonly length: number;
    /** Rows that the CS141 manual prints with functions 3/4 are `holding`: the card answers both alike ("Modbus function codes"). */
    readonly table: RegisterTable;
    readonly signed: boolean;
    /** As printed in the CS141 manual, misprints included. */
    readonly name: string;
    /** Our description. */
    readonly description: string;
    readonly unit?: string;
    /** Value in `unit` = raw number times `scale`; default 1. */
    readonly scale?: number;
    /** Text, two characters per word, the first in the high byte [inferred]. */
    readonly text?: true;
    /** Texts for single values. */
    readonly values?: Readonly<Record<number, string>>;
    /** Meanings of single bits. */
    readonly bits?: readonly StatusBits[];
    /** Place in a status; see meaning.ts. Absent: not used. */
    readonly means?: string;
    /** The meaning holds when the register reads 0. */
    readonly inverted?: true;
    /** Printed as reserved, without content; never read. */
    readonly reserved?: true;
    /** The printed address, if it is impossible. */
    readonly printedAddress?: number;
    /** Errors of the printed row, or conclusions about it. */
    readonly note?: string;
}

/** Rows that the CS141 manual does not print ("continue until"): `count` repetitions at a distance of `stride`. */
export interface RegisterSeries {
    readonly what: string;
    /** The rows belong to modules of a modular UPS: copies of the whole, never used as values of the whole. */
    readonly modules?: true;
    /** Address of the first repetition. */
    readonly base: number;
    readonly stride: number;
    readonly count: number;
    /** The registers of repetition `n`, from the rows of the map. */
    registers(n: number, rows: readonly Register[]): Register[];
}

export interface RegisterMap {
    readonly id: string;
    /** Makers and models, as in the headings of the CS141 manual. */
    readonly title: string;
    /** Heading of the section in the CS141 manual, "Modbus addresses". */
    readonly section: string;
    readonly kind: 'ups' | 'transfer-switch';
    readonly registers: readonly Register[];
    readonly series?: readonly RegisterSeries[];
    readonly notes?: string;
    /** By the CS141 manual, the battery current of this map is positive while charging and negative while discharging. */
    readonly positiveWhileCharging?: true;
}

type Extra = Partial<Omit<Register, 'address' | 'name' | 'means' | 'signed'>>;

/** Texts for 0 and 1 where the CS141 manual only says active or not. */
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

/** A row printed as reserved: `length` addresses from `address` on. */
export function reserved(address: number, name: string, extra: Extra = {}): Register {
    return register(address, name, false, undefined, { description: 'reserved', ...extra, reserved: true });
}
