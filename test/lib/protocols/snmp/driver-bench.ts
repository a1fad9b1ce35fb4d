import type { DriverState } from '../../../../lib/core/driver';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { SnmpDriver, type SnmpDriverOptions } from '../../../../lib/protocols/snmp/driver';
import type { SnmpValue, SnmpVersion } from '../../../../lib/protocols/snmp/transport';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';

export const UPS = '1.3.6.1.2.1.33.1';
export const CARD: Record<string, SnmpValue> = {
    '1.2.0': 'Model',
    '2.1.0': 2,
    '2.2.0': 0,
    '2.4.0': 87,
    '3.3.1.3.1': 231,
    '4.1.0': 3,
    '4.4.1.5.1': 42,
    '6.1.0': 0,
};

export function card(version: SnmpVersion = '2c', more: Record<string, SnmpValue> = {}): MemoryAgent {
    const objects = Object.entries({ ...CARD, ...more }).map(([path, value]): [string, SnmpValue] => [
        `${UPS}.${path}`,
        value,
    ]);
    return new MemoryAgent(objects, version);
}

export class Bench {
    readonly clock = new FakeClock();
    readonly readings: PartialStatus[] = [];
    /** Of each of the readings: it is a further part of the one before. */
    readonly further: boolean[] = [];
    readonly states: DriverState[] = [];
    readonly driver: SnmpDriver;

    constructor(
        readonly agent: MemoryAgent,
        options: Partial<SnmpDriverOptions> = {},
    ) {
        this.driver = new SnmpDriver({
            clock: this.clock,
            host: 'card',
            intervalMs: 1000,
            transport: agent,
            ...options,
        });
    }

    async start(): Promise<this> {
        this.driver.start({
            status: (reading, further = false) => {
                this.readings.push(reading);
                this.further.push(further);
            },
            state: (state) => this.states.push(state),
        });
        await this.clock.advance(0);
        return this;
    }

    get stateNames(): string[] {
        return this.states.map((state) => (state.state === 'waiting' ? state.code : state.state));
    }
}
