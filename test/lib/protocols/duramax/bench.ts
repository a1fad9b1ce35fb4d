import type { DriverState } from '../../../../lib/core/driver';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { simulatedDuramax } from '../../../../lib/protocols/device-map/maps/simulated-duramax';
import { DuramaxDriver, type DuramaxDriverOptions } from '../../../../lib/protocols/duramax/driver';
import type { DcUpsOptions } from '../../../../simulators/duramax/dc-ups';
import { Duramax } from '../../../../simulators/duramax/duramax';
import { MemoryFrameLine } from '../../../support/duramax-memory';
import { FakeClock } from '../../../support/fake-clock';

/** A driver, a line in memory and a simulated DURAmax. */
export class DuramaxBench {
    readonly clock = new FakeClock();
    readonly device: Duramax;
    readonly wire: MemoryFrameLine;
    readonly driver: DuramaxDriver;
    readonly readings: PartialStatus[] = [];
    readonly states: DriverState[] = [];
    readonly warnings: unknown[] = [];

    constructor(
        options: Omit<DcUpsOptions, 'clock'> = {},
        map: DeviceMap = simulatedDuramax,
        more: Partial<DuramaxDriverOptions> = {},
    ) {
        const { clock } = this;
        this.device = new Duramax({ clock, ...options });
        this.wire = new MemoryFrameLine(clock, this.device);
        this.driver = new DuramaxDriver({
            ...{ clock, map, name: 'line', transport: this.wire, intervalMs: 1000, timeoutMs: 500 },
            mode: options.mode === 'pc' ? 'pc' : 'user',
            identity: {},
            warn: (error) => this.warnings.push(error),
            ...more,
        });
    }

    async start(): Promise<this> {
        this.driver.start({
            status: (reading) => this.readings.push(reading),
            state: (state) => this.states.push(state),
        });
        await this.clock.advance(100);
        return this;
    }

    get last(): PartialStatus {
        return this.readings.at(-1)!;
    }

    /** What was sent, apart from polls, while something was done. */
    async written(work: () => Promise<unknown>, ms = 3000): Promise<string[]> {
        const before = this.wire.sent.length;
        const done = work();
        await Promise.all([done.catch(() => undefined), this.clock.advance(ms)]);
        await done;
        return this.wire.sent.slice(before).filter((each) => /^a51[01]/.test(each));
    }

    async stop(): Promise<void> {
        await this.driver.stop();
        this.device.destroy();
    }
}
