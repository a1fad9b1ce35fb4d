import { AUX_DEVICES, AUX_PORTS } from '../../core/batteries/events';
import {
    MOST_MODULES,
    MOST_STRINGS,
    type BatteryFlags,
    type BatteryIdentity,
    type BatterySweep,
} from '../../core/batteries/model';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { EXCEPTION, exceptionOf, isUnsupported, MOST_WORDS, type ModbusLine, type ModbusTable } from '../modbus/line';
import { ReadPlan, type PlannedBlock, type Wanted } from '../modbus/read-plan';
import { RegisterReader, type ReadValues } from '../modbus/register-reader';
import { decodeFlags } from './flags';
import { SweepDecoder, SweepWords, type Counts } from './modbus-values';
import type { BacsPath, CardFlags, SweepRun } from './path';
import { RequestSize } from './request-size';
import {
    chargeAddress,
    FIRMWARE_AT,
    FLAG_REGISTERS,
    FLAGS_AT,
    inputAddress,
    moduleAddress,
    MODULES_AT,
    outputAddress,
    SERIAL_AT,
    STRIDE,
    STRING_FIELDS,
    stringFieldAddress,
    STRINGS_AT,
    type FlagRegister,
} from './registers';
import { isSupported, WORDS } from './words';

export interface ModbusReaderOptions {
    clock: Clock;
    line: ModbusLine;
    unitId: number;
    /** Name for errors. */
    host: string;
    /** 1 for a card that counts its addresses from 1; else 0. */
    addressOffset: 0 | 1;
    /** Functions 3 and 4 are answered alike; default: holding. */
    table?: ModbusTable;
}

/** Inputs and outputs of all I/O modules. */
const AUX_WORDS = 2 * AUX_DEVICES * AUX_PORTS;
/** A card without I/O modules is asked for them again after this time. */
const AUX_AGAIN_MS = 600_000;
/** Of I/O modules that are not told nothing is known; their registers are asked for again after this time. */
const AUX_RETRY_MS = 30_000;
/** So often a request of a sweep is repeated: noise on a serial line, a card that is busy for a moment. */
const MOST_RETRIES = 2;
const MOST_BUSY = 8;
/** Most requests of one sweep to find out which registers do not exist; the rest follows in the next one. */
const MOST_PROBES = 48;

/** A BACS system by Modbus. */
export class ModbusReader implements BacsPath {
    private readonly flagReader: RegisterReader;
    private auxReader: RegisterReader;
    private auxMost = MOST_WORDS;
    private readonly size: RequestSize;
    private readonly words = new SweepWords();
    private readonly decoder = new SweepDecoder();
    private auxDue = -Infinity;
    private planned?: { counts: Counts; most: number; plan: ReadPlan };

    constructor(private readonly options: ModbusReaderOptions) {
        const one = (address: number): Wanted => ({ table: this.table, address, length: 1 });
        this.size = new RequestSize(options.clock);
        this.flagReader = new RegisterReader(
            options,
            [0, 1, 2, 3, 4, 5].map((i) => one(FLAGS_AT + i)),
        );
        this.auxReader = this.auxReaderOf(this.auxMost);
    }

    private get table(): ModbusTable {
        return this.options.table ?? 'holding';
    }

    async flags(): Promise<CardFlags> {
        const values = await this.flagReader.read();
        const words = new Map<FlagRegister, number>();
        for (const register of FLAG_REGISTERS) {
            const word = values.get(this.table, register);
            if (word !== undefined) words.set(register, word);
        }
        const flags = { ...decodeFlags(words), ...this.countsOf(values) };
        requireBattery(flags, this.options.host);
        return { ...flags, ...(await this.aux()) };
    }

    sweep(counts: Counts): SweepRun {
        const { planned } = this;
        const { most } = this.size;
        const isSame = planned?.counts.modules === counts.modules && planned.counts.strings === counts.strings;
        const isPlanned = isSame && planned!.most === most;
        const plan = isPlanned
            ? planned!.plan
            : new ReadPlan(this.options.clock, wantedOf(counts, this.table, most), most);
        if (!isSame) this.decoder.forget();
        this.planned = { counts, most, plan };
        this.words.clear();
        return new ModbusSweep(this.options, counts, plan, this.words, this.decoder, this.size);
    }

    forget(): void {
        this.size.forget();
        this.planned = undefined;
        this.auxDue = -Infinity;
        this.decoder.forget();
    }

    async close(): Promise<void> {
        this.flagReader.interrupt();
        this.auxReader.interrupt();
        await this.options.line.close();
    }

    private auxReaderOf(most: number): RegisterReader {
        const { table } = this;
        const first = inputAddress(1, 1);
        const wanted = Array.from({ length: AUX_WORDS }, (_, i): Wanted => ({ table, address: first + i, length: 1 }));
        return new RegisterReader(this.options, wanted, most);
    }

    private countsOf(values: ReadValues): Pick<CardFlags, 'counts' | 'wrongCount'> {
        const told = (address: number) => {
            const word = values.get(this.table, address);
            return word === undefined ? NaN : WORDS.count.decode(word);
        };
        return checkedCounts(told(MODULES_AT), told(STRINGS_AT));
    }

    /** Inputs and outputs of the I/O modules; nothing if the card has none. */
    private async aux(): Promise<Pick<BatteryFlags, 'inputs' | 'outputs'>> {
        const { clock } = this.options;
        const most = Math.min(this.auxMost, this.size.most);
        if (most !== this.auxMost) {
            // What the sweep has learned holds for these, too.
            this.auxReader = this.auxReaderOf((this.auxMost = most));
            this.auxDue = -Infinity;
        }
        if (clock.monotonic() < this.auxDue) return {};
        let values: ReadValues;
        try {
            values = await this.auxReader.read();
        } catch (error) {
            if (error instanceof UpsError && error.code === 'interrupted') throw error;
            // Silence costs a time-out: flags must not wait for it each second.
            const wait = isUnsupported(exceptionOf(error)) ? AUX_AGAIN_MS : AUX_RETRY_MS;
            this.auxDue = clock.monotonic() + wait;
            if (exceptionOf(error) === undefined) {
                this.auxMost = RequestSize.smaller(Math.min(this.auxMost, AUX_WORDS)) ?? this.size.most;
                this.auxReader = this.auxReaderOf(this.auxMost);
            }
            return {};
        }
        const states = (first: number) =>
            Array.from({ length: AUX_DEVICES * AUX_PORTS }, (_, i) => {
                const word = values.get(this.table, first + i);
                const bit = word === undefined ? NaN : WORDS.bit.decode(word);
                return Number.isNaN(bit) ? undefined : bit === 1;
            });
        const [inputs, outputs] = [states(inputAddress(1, 1)), states(outputAddress(1, 1))];
        const isThere = [...inputs, ...outputs].some((state) => state !== undefined);
        if (!isThere) this.auxDue = clock.monotonic() + AUX_AGAIN_MS;
        return isThere ? { inputs, outputs } : {};
    }
}

/** Counts that a battery can have. @param modules, strings NaN: not told */
export function checkedCounts(modules: number, strings: number): Pick<CardFlags, 'counts' | 'wrongCount'> {
    if (Number.isNaN(modules)) return {};
    if (!Number.isInteger(modules) || modules < 1 || modules > MOST_MODULES) return { wrongCount: modules };
    const areStrings = Number.isInteger(strings) && strings >= 1 && strings <= MOST_STRINGS;
    return { counts: { modules, ...(areStrings && { strings }) } };
}

/** A card without a battery system says so of each value. @throws UpsError device-refused if nothing at all is told */
export function requireBattery({ tells, counts, wrongCount }: CardFlags, host: string): void {
    if (tells.size > 0 || counts !== undefined || wrongCount !== undefined) return;
    throw new UpsError('device-refused', { host, reason: said('bacs.nothing') });
}

/** The registers of so many strings and modules, with the card's numbers at the end. */
function wantedOf({ modules, strings = 0 }: Counts, table: ModbusTable, most: number): Wanted[] {
    const wanted: Wanted[] = [];
    for (let string = 1; string <= strings; string++) {
        for (const field of STRING_FIELDS) {
            const address = stringFieldAddress(string, field);
            if (address !== undefined) wanted.push({ table, address, length: 1 });
        }
    }
    for (let module = 1; module <= modules; module++)
        wanted.push({ table, address: moduleAddress(module), length: STRIDE });
    wanted.push({ table, address: SERIAL_AT, length: 1 }, { table, address: SERIAL_AT + 1, length: 1 });
    wanted.push({ table, address: FIRMWARE_AT, length: 1 });
    // In large pieces: a card tells the charge of all modules or of none, and one refusal is enough.
    const charges = Math.min(MOST_CHARGES, most);
    for (let module = 1; module <= modules; module += charges)
        wanted.push({ table, address: chargeAddress(module), length: Math.min(charges, modules - module + 1) });
    return wanted;
}

const MOST_CHARGES = MOST_WORDS - 3;

/** One pass by Modbus. Each step is one request; one that fails is repeated, and then ends the pass. */
class ModbusSweep implements SweepRun {
    private readonly waiting: PlannedBlock[];
    private readonly startedAt: number;
    private probes = MOST_PROBES;
    private retries = 0;
    private busy = 0;
    private answered = 0;
    /** Words to ask for in place of a request that was not answered, and why it was not. */
    private tried?: { words: number; failure: unknown };

    constructor(
        private readonly options: ModbusReaderOptions,
        private readonly counts: Counts,
        private readonly plan: ReadPlan,
        private readonly words: SweepWords,
        private readonly decoder: SweepDecoder,
        private readonly size: RequestSize,
    ) {
        this.waiting = [...plan.blocks()];
        this.startedAt = options.clock.monotonic();
    }

    get identity(): BatteryIdentity | undefined {
        const high = this.words.get(SERIAL_AT);
        const low = this.words.get(SERIAL_AT + 1);
        const firmware = this.words.get(FIRMWARE_AT);
        const isTold = high !== undefined && high !== 0 && isSupported(high);
        const serial = isTold ? high : undefined;
        const isLong = low !== undefined && isSupported(low) && low !== 0;
        const identity = {
            ...(serial !== undefined && { serial: String(isLong ? serial * 0x10000 + low : serial) }),
            ...(firmware !== undefined && firmware !== 0 && isSupported(firmware) && { firmware: String(firmware) }),
        };
        return Object.keys(identity).length > 0 ? identity : undefined;
    }

    async step(): Promise<'more' | 'pause' | 'done'> {
        const block = this.waiting[0];
        if (!block) return this.end();
        if (this.tried) return this.trySmaller(block, this.tried);
        const { host } = this.options;
        const { address, count } = block;
        try {
            const words = await this.ask(block, count);
            if (words.length !== count) throw new UpsError('protocol', { host, reason: said('modbus.damaged') });
            this.words.set(address, words);
        } catch (error) {
            return this.failed(block, error);
        }
        this.waiting.shift();
        this.retries = this.busy = 0;
        this.answered++;
        this.plan.answered(block);
        return this.waiting.length > 0 ? 'more' : this.end();
    }

    result({ states }: BatteryFlags): BatterySweep {
        const direction = { charging: states.has('charging'), discharging: states.has('discharging') };
        const tookMs = this.options.clock.monotonic() - this.startedAt;
        return this.decoder.decode(this.words, this.counts, direction, tookMs);
    }

    private ask({ table, address }: PlannedBlock, count: number): Promise<number[]> {
        const { line, unitId, addressOffset } = this.options;
        return line.read(unitId, { table, address: address + addressOffset, count });
    }

    /** One request for the first words of a block that was not answered. The sweep is over in any case; the next one goes by what was learned. */
    private async trySmaller(block: PlannedBlock, { words, failure }: { words: number; failure: unknown }) {
        try {
            await this.ask(block, words);
        } catch (error) {
            const smaller = isSilence(error) ? RequestSize.smaller(words) : undefined;
            if (smaller === undefined) throw failure;
            this.tried = { words: smaller, failure };
            return 'more' as const;
        }
        this.size.learn(words);
        throw failure;
    }

    private failed(block: PlannedBlock, error: unknown): 'more' | 'pause' | 'done' {
        const exception = exceptionOf(error);
        if (exception === EXCEPTION.busy && this.busy++ < MOST_BUSY) return 'pause';
        if (isUnsupported(exception)) {
            this.waiting.shift();
            const parts = this.plan.refused(block);
            if (this.probes >= parts.length) this.waiting.unshift(...parts);
            this.probes -= parts.length;
            return this.waiting.length > 0 ? 'more' : this.end();
        }
        const isOver = error instanceof UpsError && error.code === 'interrupted';
        if (isSilence(error) && this.size.isTrial) {
            this.size.learn();
            throw error;
        }
        if (!isOver && this.retries++ < MOST_RETRIES) return 'more';
        this.plan.endRound(this.answered > 0);
        const words = isSilence(error) ? RequestSize.smaller(block.count) : undefined;
        if (words === undefined) throw error;
        this.tried = { words, failure: error };
        return 'more';
    }

    private end(): 'done' {
        this.plan.endRound(this.answered > 0);
        if (this.answered > 0) {
            this.size.proven();
            return 'done';
        }
        throw new UpsError('device-refused', {
            host: this.options.host,
            why: 'no-registers',
            reason: said('modbus.noneOfMap'),
        });
    }
}

function isSilence(error: unknown): boolean {
    return error instanceof UpsError && error.code === 'device-silent' && exceptionOf(error) === undefined;
}
