import assert from 'node:assert/strict';
import type { CommandResult, DriverState, UpsCommand } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { ReturnOrder } from '../../../../lib/protocols/delta/commands';
import { DeltaDevice } from '../../../../lib/protocols/delta/device';
import { DeltaDriver } from '../../../../lib/protocols/delta/driver';
import { DeltaLine } from '../../../../lib/protocols/delta/line';
import { LinePool } from '../../../../lib/protocols/delta/line-pool';
import type { PollName } from '../../../../lib/protocols/delta/polls';
import type { SetName } from '../../../../lib/protocols/delta/sets';
import { SimulatedUps } from '../../../../lib/simulation/simulated-ups';
import { DeltaUps, type ReturnInterpretation } from '../../../../simulators/delta-ups/delta-ups';
import { MemoryDeltaLine } from '../../../support/delta-memory';
import { FakeClock } from '../../../support/fake-clock';

export interface Watched {
    driver: DeltaDriver;
    readings: PartialStatus[];
    states: DriverState[];
}

/** Simulated UPSs on a line in memory, their drivers, and a clock that stands still. Sets itself up before each test. */
export class DeltaBench {
    clock!: FakeClock;
    upses: DeltaUps[] = [];
    wire!: MemoryDeltaLine;
    pool!: LinePool;
    watched: Watched[] = [];

    constructor() {
        beforeEach(() => {
            this.clock = new FakeClock();
            this.upses = [];
            this.watched = [];
            this.pool = new LinePool();
        });
        afterEach(async () => {
            const stopped = this.watched.map(({ driver }) => driver.stop());
            await this.clock.advance(10_000);
            await Promise.all(stopped);
            for (const ups of this.upses) {
                ups.destroy();
                ups.ups.destroy();
            }
            assert.equal(this.clock.pending, 0, 'timers are left');
        });
    }

    simulate(
        options: { id?: number; offered?: SetName[]; unknown?: PollName[]; returnOrder?: ReturnInterpretation } = {},
    ): DeltaUps {
        const { clock } = this;
        const loads = [
            { name: 'a', va: 300 },
            { name: 'b', va: 200 },
        ];
        const device = new DeltaUps({ ups: new SimulatedUps(clock, { loads, holdMinutes: 60 }), clock, ...options });
        this.upses.push(device);
        this.wire = new MemoryDeltaLine(this.upses);
        return device;
    }

    async watch(
        id = 0,
        over: { offerAll?: boolean; interval?: number; returnOrder?: ReturnOrder } = {},
    ): Promise<Watched> {
        const { clock, wire: transport, pool } = this;
        const device = new DeltaDevice({
            ...{ clock, id, name: `line UPS ${id}`, timeoutMs: 1000, offerAll: over.offerAll ?? false },
            acquire: () => pool.acquire('line', '', () => new DeltaLine({ clock, transport, name: 'line' })),
        });
        const driver = new DeltaDriver({
            clock,
            device,
            intervalMs: over.interval ?? 1000,
            returnOrder: over.returnOrder,
        });
        const seen: Watched = { driver, readings: [], states: [] };
        driver.start({ status: (reading) => seen.readings.push(reading), state: (state) => seen.states.push(state) });
        this.watched.push(seen);
        await clock.advance(900);
        return seen;
    }

    async execute(driver: DeltaDriver, command: UpsCommand): Promise<CommandResult | UpsError> {
        const done = driver.execute(command).catch((error: UpsError) => error);
        await this.clock.advance(8000);
        return done;
    }
}

export const last = ({ readings }: Watched) => readings.at(-1)!;
