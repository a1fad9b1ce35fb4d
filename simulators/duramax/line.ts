import type { Clock, TimerHandle } from '../../lib/core/clock';
import { ByteLine, type ByteLineOptions } from '../shared/byte-line';
import type { Duramax } from './duramax';
import { RequestReader } from './wire';

export interface DuramaxLineOptions extends Omit<ByteLineOptions, 'connect'> {
    clock: Clock;
    device: Duramax;
}

/** The line of a simulated DURAmax: at a TCP port, or at a serial port. A cable that is pulled out ends the connections. */
export class DuramaxLine extends ByteLine {
    private readonly timers = new Set<TimerHandle>();

    constructor(private readonly own: DuramaxLineOptions) {
        super({
            ...own,
            connect: (send) => {
                const reader = new RequestReader();
                return { take: (bytes) => this.take(reader, bytes, send) };
            },
        });
        own.device.on('unplugged', () => this.dropClients());
    }

    override async stop(): Promise<void> {
        for (const timer of this.timers) this.own.clock.clearTimeout(timer);
        this.timers.clear();
        await super.stop();
    }

    private take(reader: RequestReader, bytes: Uint8Array, send: (bytes: Uint8Array) => void): void {
        const { device, clock } = this.own;
        for (const request of reader.push(bytes)) {
            const answer = device.receive(request);
            const { delayMs } = device.faults;
            if (!answer) continue;
            if (delayMs === 0) {
                send(answer);
                continue;
            }
            const timer = clock.setTimeout(() => {
                this.timers.delete(timer);
                send(answer);
            }, delayMs);
            this.timers.add(timer);
        }
    }
}
