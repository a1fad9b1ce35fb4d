import { SystemClock } from '../../lib/core/clock';
import type { UpsDriver } from '../../lib/core/driver';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { UNIT_DEFAULTS } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { createCs141Driver, sharedCs141 } from '../../lib/protocols/cs141/create-driver';
import { createDeltaDriver } from '../../lib/protocols/delta/create-driver';
import { readSettings } from '../../lib/core/settings';
import { LinePool } from '../../lib/protocols/delta/line-pool';
import { settings as cs141 } from '../../nodes/devices/ups-cs141.settings';
import { settings as delta } from '../../nodes/devices/ups-delta.settings';
import { machineNow } from './machine-clock';
import { serve } from './program';

/** What polls them: a driver and a unit for each, as the nodes make them, in one process; see field-devices.ts. */

/** How the readings of one device came since `reset`, ms of the machine's clock. */
interface Watched {
    readings: number;
    last: number;
    /** The oldest that a reading became before the next one came. */
    worstAge: number;
    /** When its unit last told that the mains failed. */
    failedAt: number;
}

const clock = new SystemClock();
const serialLines = new LinePool();
const modbus = sharedCs141(clock);
const watched = new Map<string, Watched>();
let since = { at: machineNow(), cpu: process.cpuUsage() };

serve({
    start(ports: { modbus: number[]; serial: number[] }) {
        ports.modbus.forEach((port, n) => {
            const settings = readSettings(cs141, { ups: 'u', host: '127.0.0.1', port });
            watch(`modbus${n}`, createCs141Driver({ ...settings, tls: undefined }, clock, modbus));
        });
        ports.serial.forEach((port, n) => {
            const settings = readSettings(delta, { ups: 'u', transport: 'tcp', host: '127.0.0.1', port });
            watch(`serial${n}`, createDeltaDriver(settings, clock, serialLines));
        });
    },
    reset() {
        since = { at: machineNow(), cpu: process.cpuUsage() };
        for (const device of watched.values()) Object.assign(device, { readings: 0, worstAge: 0 });
    },
    /** Since `reset`. A reading that is older now than any was before counts as well. */
    seen() {
        const now = machineNow();
        const { user, system } = process.cpuUsage(since.cpu);
        return {
            seconds: (now - since.at) / 1000,
            cpuSeconds: (user + system) / 1e6,
            devices: [...watched].map(([name, { readings, last, worstAge }]) => ({
                name,
                readings,
                worstAge: Math.max(worstAge, now - last),
            })),
        };
    },
    /** When each unit last told that the mains failed; 0: never. */
    failures() {
        return [...watched.values()].map(({ failedAt }) => failedAt);
    },
});

function watch(name: string, driver: UpsDriver): void {
    const device: Watched = { readings: 0, last: machineNow(), worstAge: 0, failedAt: 0 };
    watched.set(name, device);
    const start = driver.start.bind(driver);
    driver.start = (events) =>
        start({
            state: (state) => events.state(state),
            status: (reading) => {
                const now = machineNow();
                device.readings++;
                device.worstAge = Math.max(device.worstAge, now - device.last);
                device.last = now;
                events.status(reading);
            },
        });
    const unit = new UpsUnit({
        id: name,
        name,
        config: { ...UNIT_DEFAULTS },
        clock,
        journal: new MemoryJournal(),
        text: (id) => id,
        problem: (error) => console.error(error),
    });
    unit.subscribe((change) => {
        if (change.kind === 'edge' && change.event.id === 'power-fail' && change.event.active)
            device.failedAt = machineNow();
    });
    unit.start();
    unit.addDriver(
        name,
        driver,
        () => undefined,
        () => undefined,
    );
}
