import { allRegisters, type Register, type RegisterMap } from '../../lib/protocols/cs141/maps';
import { EXCEPTION, ModbusException, type ModbusDevice } from '../../lib/protocols/modbus-server/device';
import { cardValueOf, wordsOf, type CardData } from './register-values';

/** Reading of a register whose value the UPS does not know. */
export type UnknownAs = -1 | -9999 | 'exception';

export interface RegisterImageOptions {
    map: RegisterMap;
    /** Called at each request. */
    knowledge(): CardData;
    /** Default -1. */
    unknownAs?: UnknownAs;
    /** Addresses of registers that this card lacks, although the map has them. */
    missing?: ReadonlySet<number>;
    /** Called when a coil is written, with its meaning and new state. */
    onCoil?: (means: string, on: boolean) => void;
}

interface Cell {
    register: Register;
    /** Index of the word within the register. */
    word: number;
}

/**
 * The registers of a card with one map of the CS141 manual. Functions 3 and 4 have the same answers ("Modbus function codes"). A
 * request that includes a missing address is refused as a whole, with exception 2 ("Possible error codes coming with a CS141").
 */
export class RegisterImage implements ModbusDevice {
    private readonly words = new Map<number, Cell>();
    private readonly discrete = new Map<number, Cell>();
    private readonly coils = new Map<number, Cell>();
    private readonly coilStates = new Map<number, boolean>();
    private readonly unknown: number;

    constructor(private readonly options: RegisterImageOptions) {
        const { map, unknownAs = -1, missing } = options;
        this.unknown = unknownAs === 'exception' ? NaN : unknownAs;
        for (const register of allRegisters(map)) {
            const table = this.tableOf(register);
            for (let word = 0; word < register.length; word++) {
                const address = register.address + word;
                if (!missing?.has(address)) table.set(address, { register, word });
            }
        }
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
        return Array.from({ length: count }, (_, i) => this.coilStates.get(address + i) ?? false);
    }

    writeCoils(address: number, values: boolean[]): void {
        const cells = cellsOf(this.coils, address, values.length);
        cells.forEach(({ register }, i) => {
            const on = values[i] ?? false;
            this.coilStates.set(address + i, on);
            this.options.onCoil?.(register.means ?? register.name, on);
        });
    }

    private read(table: ReadonlyMap<number, Cell>, address: number, count: number): number[] {
        const cells = cellsOf(table, address, count);
        const knowledge = this.options.knowledge();
        return cells.map(({ register, word }) => {
            const value = wordsOf(register, cardValueOf(register, knowledge), this.unknown)[word] ?? 0;
            if (Number.isNaN(value)) throw new ModbusException(EXCEPTION.illegalAddress);
            return value;
        });
    }

    private tableOf({ table }: Register): Map<number, Cell> {
        if (table === 'coil') return this.coils;
        return table === 'discrete' ? this.discrete : this.words;
    }
}

/** @throws ModbusException illegal address */
function cellsOf(table: ReadonlyMap<number, Cell>, address: number, count: number): Cell[] {
    return Array.from({ length: count }, (_, i) => {
        const cell = table.get(address + i);
        if (!cell) throw new ModbusException(EXCEPTION.illegalAddress);
        return cell;
    });
}
