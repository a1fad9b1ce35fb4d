import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { ModbusBlock, ModbusLine } from './line';
import { hostOf } from './endpoint';
import { ModbusSerialLine, type LineOptions, type RtuEndpoint, type TcpEndpoint } from './modbus-serial-line';

interface SharedLine {
    endpoint: RtuEndpoint | TcpEndpoint;
    line: ModbusLine;
    users: number;
}

/** After a request without an answer, a unit is paused: its timeouts would delay the other units on the line at every poll. */
const FIRST_PENALTY_MS = 1000;
const LONGEST_PENALTY_MS = 10_000;

/**
 * Open lines: serial ones by path, TCP connections by host and port. Several nodes share a line: the first user opens it, with its time limit for answers,
 * and the last one closes it. So a card that takes few connections needs one for all that reads it, and a gateway one for all devices behind it.
 */
export class ModbusLinePool {
    private readonly lines = new Map<string, SharedLine>();

    constructor(
        private readonly clock: Clock,
        /** For tests: creates an in-memory line. */
        private readonly create: (options: LineOptions) => ModbusLine = (options) =>
            new ModbusSerialLine(clock, options),
    ) {}

    /**
     * A TCP connection counts its users from their first request on: a node that waits to be needed holds none open.
     * @throws UpsError config-invalid if the serial line is open with other settings
     */
    take(options: LineOptions): ModbusLine {
        const { endpoint } = options;
        const place = hostOf(endpoint);
        const key = `${endpoint.transport} ${place.toLowerCase()}`;
        const open = this.lines.get(key)?.endpoint;
        if (open?.transport === 'rtu' && endpoint.transport === 'rtu') requireSame(open, endpoint);
        // A silent unit keeps others waiting on any line; alone on a connection of its own there is nobody to spare.
        const spares = () => endpoint.transport === 'rtu' || (this.lines.get(key)?.users ?? 0) > 1;
        const share = new LineShare(this.clock, place, spares, {
            open: () => this.open(key, options),
            release: () => this.release(key),
        });
        if (endpoint.transport === 'rtu') share.hold();
        return share;
    }

    private open(key: string, options: LineOptions): ModbusLine {
        let shared = this.lines.get(key);
        if (!shared) {
            shared = { endpoint: options.endpoint, line: this.create(options), users: 0 };
            this.lines.set(key, shared);
        }
        shared.users++;
        return shared.line;
    }

    private async release(key: string): Promise<void> {
        const shared = this.lines.get(key);
        if (!shared || --shared.users > 0) return;
        this.lines.delete(key);
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

/** Opens the line for one more user, and lets go of it. */
interface Holding {
    open(): ModbusLine;
    release(): Promise<void>;
}

/** One user's share in a line. */
class LineShare implements ModbusLine {
    private closed = false;
    private held: ModbusLine | undefined;
    /** One entry per request in progress; a single promise for the whole share would keep every answer in memory. */
    private readonly interrupts = new Set<() => void>();
    private penaltyMs = 0;
    private silentUntil = -Infinity;
    private lastFailure: unknown;

    constructor(
        private readonly clock: Clock,
        private readonly place: string,
        /** Whether pauses after a silence spare other users. */
        private readonly spares: () => boolean,
        private readonly holding: Holding,
    ) {}

    /** The line, opened with the first call. */
    hold(): ModbusLine {
        return (this.held ??= this.holding.open());
    }

    read(unitId: number, block: ModbusBlock): Promise<number[]> {
        return this.ask(() => this.hold().read(unitId, block));
    }

    writeCoil(unitId: number, address: number, on: boolean): Promise<void> {
        // Ends the pause: the unit may be back, and a write is not retried.
        this.silentUntil = -Infinity;
        return this.ask(() => this.hold().writeCoil(unitId, address, on));
    }

    writeRegister(unitId: number, address: number, word: number): Promise<void> {
        this.silentUntil = -Infinity;
        return this.ask(() => this.hold().writeRegister(unitId, address, word));
    }

    async close(): Promise<void> {
        if (this.closed) return;
        this.closed = true;
        // Its own requests end now; requests of other users on the line continue.
        for (const interrupt of [...this.interrupts]) interrupt();
        if (this.held) await this.holding.release();
    }

    private async ask<T>(request: () => Promise<T>): Promise<T> {
        if (this.closed) throw new UpsError('interrupted', { path: this.place });
        if (this.clock.monotonic() < this.silentUntil) throw this.lastFailure;
        try {
            const answer = await this.untilClosed(request());
            this.penaltyMs = 0;
            return answer;
        } catch (error) {
            const isSilent =
                error instanceof UpsError && (error.code === 'device-silent' || error.code === 'only-echo');
            if (isSilent && this.spares()) {
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
            interrupt = () => reject(new UpsError('interrupted', { path: this.place }));
        });
        this.interrupts.add(interrupt);
        try {
            return await Promise.race([answer, ended]);
        } finally {
            this.interrupts.delete(interrupt);
        }
    }
}
