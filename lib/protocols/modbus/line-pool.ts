import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { ModbusBlock, ModbusLine } from './line';
import { ModbusSerialLine, type LineOptions, type RtuEndpoint } from './modbus-serial-line';

interface SharedLine {
    endpoint: RtuEndpoint;
    line: ModbusLine;
    users: number;
}

/** After a request without an answer, a unit is paused: its timeouts would delay the other units on the line at every poll. */
const FIRST_PENALTY_MS = 1000;
const LONGEST_PENALTY_MS = 10_000;

/**
 * Open serial lines by path. Several units share a line: the first user opens it, the last one closes it. TCP connections are not
 * shared: each unit has its own.
 */
export class ModbusLinePool {
    private readonly lines = new Map<string, SharedLine>();

    constructor(
        private readonly clock: Clock,
        /** For tests: creates an in-memory line. */
        private readonly create: (options: LineOptions) => ModbusLine = (options) =>
            new ModbusSerialLine(clock, options),
    ) {}

    /** @throws UpsError config-invalid if the line is open with other settings */
    take(options: LineOptions): ModbusLine {
        const { endpoint } = options;
        if (endpoint.transport === 'tcp') return this.create(options);
        let shared = this.lines.get(endpoint.path);
        if (!shared) {
            shared = { endpoint, line: this.create(options), users: 0 };
            this.lines.set(endpoint.path, shared);
        }
        requireSame(shared.endpoint, endpoint);
        shared.users++;
        return new LineShare(this.clock, shared.line, endpoint.path, () => this.release(endpoint.path));
    }

    private async release(path: string): Promise<void> {
        const shared = this.lines.get(path);
        if (!shared || --shared.users > 0) return;
        this.lines.delete(path);
        await shared.line.close();
    }
}

function requireSame(open: RtuEndpoint, wanted: RtuEndpoint): void {
    for (const property of ['baudRate', 'parity', 'stopBits'] as const) {
        if (open[property] === wanted[property]) continue;
        throw new UpsError('config-invalid', {
            property,
            value: String(wanted[property]),
            expected: said('expected.asOtherNode', { value: open[property], place: open.path }),
        });
    }
}

/** One user's share in a serial line. */
class LineShare implements ModbusLine {
    private closed = false;
    /** One entry per request in progress; a single promise for the whole share would keep every answer in memory. */
    private readonly interrupts = new Set<() => void>();
    private penaltyMs = 0;
    private silentUntil = -Infinity;
    private lastFailure: unknown;

    constructor(
        private readonly clock: Clock,
        private readonly line: ModbusLine,
        private readonly path: string,
        private readonly release: () => Promise<void>,
    ) {}

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        return this.ask(() => this.line.read(unitId, block));
    }

    writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        // Ends the pause: the unit may be back, and a write is not retried.
        this.silentUntil = -Infinity;
        return this.ask(() => this.line.writeCoil(unitId, address, on));
    }

    writeRegister(unitId: number, address: number, word: number): Promise<void> {
        this.silentUntil = -Infinity;
        return this.ask(() => this.line.writeRegister(unitId, address, word));
    }

    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        // Its own requests end now; requests of other users on the line continue.
        for (const interrupt of [...this.interrupts]) interrupt();
        await this.release();
    }

    private async ask<T>(request: () => Promise<T>): Promise<T> {
        if (this.closed) throw new UpsError('interrupted', { path: this.path });
        if (this.clock.monotonic() < this.silentUntil) throw this.lastFailure;
        try {
            const answer = await this.untilClosed(request());
            this.penaltyMs = 0;
            return answer;
        } catch (error) {
            if (error instanceof UpsError && (error.code === 'device-silent' || error.code === 'only-echo')) {
                this.penaltyMs = Math.min(LONGEST_PENALTY_MS, Math.max(FIRST_PENALTY_MS, this.penaltyMs * 2));
                this.silentUntil = this.clock.monotonic() + this.penaltyMs;
                this.lastFailure = error;
            }
            throw error;
        }
    }

    private async untilClosed<T>(answer: Promise<T>): Promise<T> {
        let interrupt = () => {};
        const ended = new Promise<never>((_, reject) => {
            interrupt = () => reject(new UpsError('interrupted', { path: this.path }));
        });
        this.interrupts.add(interrupt);
        try {
            return await Promise.race([answer, ended]);
        } finally {
            this.interrupts.delete(interrupt);
        }
    }
}
