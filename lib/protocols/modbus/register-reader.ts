import type { Clock } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { EXCEPTION, exceptionOf, isUnsupported, type ModbusLine, type ModbusTable } from './line';
import { ReadPlan, type PlannedBlock, type Wanted } from './read-plan';

export interface RegisterReaderOptions {
    clock: Clock;
    line: ModbusLine;
    unitId: number;
    /** Name for errors. */
    host: string;
    /** 1 for a device that counts its addresses from 1; else 0. */
    addressOffset: 0 | 1;
}

/** The result of one round: words or bits by table and address, counted from 0; unknown values are absent. */
export class ReadValues {
    private readonly values = new Map<string, number>();

    get size(): number {
        return this.values.size;
    }

    set(table: ModbusTable, address: number, value: number): void {
        this.values.set(`${table} ${address}`, value);
    }

    get(table: ModbusTable, address: number): number | undefined {
        return this.values.get(`${table} ${address}`);
    }
}

/** A device that is busy for longer is reported as busy. */
const BUSY_RETRIES = 4;
const BUSY_PAUSE_MS = 150;
/** Consecutive blocks without an answer after which a round ends. */
const MOST_FAILURES = 2;
/** Most requests in one round to find unsupported addresses; the rest follows in the next round. */
const MOST_PROBES = 48;

/** Reads a set of registers of one unit, with as few requests as the device allows. */
export class RegisterReader {
    private readonly plan: ReadPlan;
    private interrupted = false;
    private wake?: () => void;

    constructor(
        private readonly options: RegisterReaderOptions,
        wanted: readonly Wanted[],
        mostWords?: number,
    ) {
        this.plan = new ReadPlan(options.clock, wanted, mostWords);
    }

    /**
     * Reads all registers that can be read. A refused or failed request does not affect the others.
     * @throws UpsError device-silent, device-refused (busy, or nothing could be read), protocol, interrupted
     */
    async read(): Promise<ReadValues> {
        const values = new ReadValues();
        const waiting: PlannedBlock[] = [...this.plan.blocks()];
        let probes = MOST_PROBES;
        let refusal: UpsError | undefined;
        let failuresInARow = 0;
        try {
            for (let block = waiting.shift(); block; block = waiting.shift()) {
                const answer = await this.ask(block, values.size > 0);
                if (!(answer instanceof UpsError)) {
                    const nothingBefore = values.size === 0;
                    failuresInARow = 0;
                    this.plan.answered(block);
                    for (const { table, address, length } of block.pieces) {
                        for (let at = address; at < address + length; at++) {
                            values.set(table, at, answer[at - block.address]!);
                        }
                    }
                    if (nothingBefore) waiting.push(...this.plan.postponed());
                    continue;
                }
                refusal = answer;
                if (!isUnsupported(exceptionOf(answer))) {
                    this.plan.failed(block, troubleOf(answer));
                    // Each failure costs a timeout; after two in a row, the device counts as gone.
                    if (++failuresInARow >= MOST_FAILURES) break;
                    continue;
                }
                const parts = this.plan.refused(block);
                if (probes >= parts.length) waiting.unshift(...parts);
                probes -= parts.length;
            }
        } finally {
            this.plan.endRound(values.size > 0);
        }
        if (values.size === 0) {
            throw (
                refusal ??
                new UpsError('device-refused', { host: this.options.host, why: 'no-registers', reason: NOTHING })
            );
        }
        return values;
    }

    /** Ends a pause; the owner closes the line. */
    interrupt(): void {
        this.interrupted = true;
        this.wake?.();
    }

    /**
     * The words or bits, or the error if this block cannot be read.
     * @param isThere the device has answered in this round
     * @throws errors that do not concern this block alone
     */
    private async ask(block: PlannedBlock, isThere: boolean): Promise<number[] | UpsError> {
        const { line, unitId, addressOffset, host } = this.options;
        const request = { table: block.table, address: block.address + addressOffset, count: block.count };
        for (let attempt = 0; ; attempt++) {
            if (this.interrupted) throw new UpsError('interrupted');
            try {
                return await line.read(unitId, request);
            } catch (error) {
                const exception = exceptionOf(error);
                const failure = asUpsError(error, 'protocol', { host });
                if (exception === EXCEPTION.busy && attempt < BUSY_RETRIES) await this.pause();
                else if (isUnsupported(exception)) return failure;
                else if (failure.code === 'interrupted') throw failure;
                else if (isThere) return failure;
                else {
                    this.plan.failed(block, troubleOf(failure));
                    throw failure;
                }
            }
        }
    }

    private async pause(): Promise<void> {
        const { clock } = this.options;
        let timer: unknown;
        await new Promise<void>((resolve) => {
            this.wake = resolve;
            timer = clock.setTimeout(resolve, BUSY_PAUSE_MS);
        });
        this.wake = undefined;
        clock.clearTimeout(timer);
    }
}

const NOTHING = said('modbus.noneOfMap');

function troubleOf(failure: UpsError): 'failed' | 'silent' {
    return exceptionOf(failure) === undefined ? 'silent' : 'failed';
}
