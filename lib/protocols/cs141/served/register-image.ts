import type { ServedBattery } from '../../../core/served/served-battery';
import { batteryWords, isBatteryAddress } from '../../bacs/served-registers';
import { EXCEPTION, ModbusException, type ModbusDevice } from '../../modbus-server/device';
import { allRegisters, type Register, type RegisterMap } from '../maps';
import { cardValueOf, type CardData } from './card-values';
import { encoderOf, type CardValue, type Encoder } from './words';

/** Reading of a register whose value is not known. */
export type UnknownAs = -1 | -9999 | 'exception';

export interface RegisterImageOptions {
    map: RegisterMap;
    /** Called at each request. Throws ModbusException to refuse it. */
    knowledge(): CardData;
    /** The battery whose registers stand beside those of the map, at 1000 to 4515, where no map has any. Called at each request; throws as `knowledge`. */
    battery?(): ServedBattery;
    /** Default -1. */
    unknownAs?: UnknownAs;
    /** Addresses of registers that this card lacks, although the map has them. */
    missing?: ReadonlySet<number>;
    /** Called when a coil is written, with its meaning, its new state, and who has written. Throws ModbusException to refuse it. Absent: coils are read only. */
    onCoil?: (means: string, on: boolean, client: string) => void;
    /** Whether this client may write; one that may not is answered as if nothing could be written. Absent: every client may. */
    mayWrite?: (client: string) => boolean;
}

interface Cell {
    register: Register;
    /** Index of the word within the register. */
    word: number;
    value(data: CardData): CardValue;
    encode: Encoder;
}

/**
 * The registers of a card with one map of the CS141 manual. Functions 3 and 4 have the same answers ("Modbus function codes"). A
 * request that includes a missing address is refused as a whole, with exception 2 ("Possible error codes coming with a CS141").
 */
export class RegisterImage implements ModbusDevice {
    readonly writeCoils?: ModbusDevice['writeCoils'];
    private readonly words = new Map<number, Cell>();
    private readonly discrete = new Map<number, Cell>();
    private readonly coils = new Map<number, Cell>();
    private readonly coilStates = new Map<number, boolean>();
    private readonly unknown: number;

    constructor(private readonly options: RegisterImageOptions) {
        const { map, unknownAs = -1, missing, onCoil } = options;
        this.unknown = unknownAs === 'exception' ? NaN : unknownAs;
        for (const register of allRegisters(map)) {
            const table = this.tableOf(register);
            const value = cardValueOf(register);
            const encode = encoderOf(register);
            for (let word = 0; word < register.length; word++) {
                const address = register.address + word;
                if (!missing?.has(address)) table.set(address, { register, word, value, encode });
            }
        }
        if (onCoil) this.writeCoils = (address, values, client) => this.write(address, values, client, onCoil);
    }

    /** All served addresses, for `--help` and tests. */
    get addresses(): { words: number[]; discrete: number[]; coils: number[] } {
        return {
            words: [...this.words.keys()],
            discrete: [...this.discrete.keys()],
            coils: [...this.coils.keys()],
        };
    }

    readHoldingRegisters(address: number, count: number): number[] {
        return this.read(this.words, address, count);
    }

    readInputRegisters(address: number, count: number): number[] {
        return this.read(this.words, address, count);
    }

    readDiscreteInputs(address: number, count: number): boolean[] {
        return this.read(this.discrete, address, count).map((bit) => bit !== 0);
    }

    readCoils(address: number, count: number): boolean[] {
        cellsOf(this.coils, address, count);
        this.options.knowledge();
        return Array.from({ length: count }, (_, i) => this.coilStates.get(address + i) ?? false);
    }

    private write(
        address: number,
        values: boolean[],
        client: string,
        onCoil: NonNullable<RegisterImageOptions['onCoil']>,
    ): void {
        if (this.options.mayWrite?.(client) === false) throw new ModbusException(EXCEPTION.illegalFunction);
        const cells = cellsOf(this.coils, address, values.length);
        cells.forEach(({ register }, i) => {
            const on = values[i] ?? false;
            onCoil(register.means ?? register.name, on, client);
            this.coilStates.set(address + i, on);
        });
    }

    private read(table: ReadonlyMap<number, Cell>, address: number, count: number): number[] {
        if (table === this.words && this.options.battery && isBatteryAddress(address))
            return this.readBattery(this.options.battery, address, count);
        const cells = cellsOf(table, address, count);
        const knowledge = this.options.knowledge();
        return cells.map(({ word, value, encode }) => {
            const told = encode(value(knowledge), word, this.unknown);
            if (Number.isNaN(told)) throw new ModbusException(EXCEPTION.illegalAddress);
            return told;
        });
    }

    private readBattery(battery: () => ServedBattery, address: number, count: number): number[] {
        for (let at = address; at < address + count; at++)
            if (!isBatteryAddress(at)) throw new ModbusException(EXCEPTION.illegalAddress);
        const unknown = Number.isNaN(this.unknown) ? NaN : this.unknown & 0xffff;
        const word = batteryWords(battery(), unknown);
        return Array.from({ length: count }, (_, i) => {
            const told = word(address + i);
            if (Number.isNaN(told)) throw new ModbusException(EXCEPTION.illegalAddress);
            return told;
        });
    }

    private tableOf({ table }: Register): Map<number, Cell> {
        if (table === 'coil') return this.coils;
        return table === 'discrete' ? this.discrete : this.words;
    }
}

/** @throws ModbusException illegal address */
function cellsOf(table: ReadonlyMap<number, Cell>, address: number, count: number): Cell[] {
    const cells: Cell[] = [];
    for (let at = address; at < address + count; at++) {
        const cell = table.get(at);
        if (!cell) throw new ModbusException(EXCEPTION.illegalAddress);
        cells.push(cell);
    }
    return cells;
}
