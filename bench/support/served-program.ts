import { createServer, type AddressInfo } from 'node:net';
import { SystemClock } from '../../lib/core/clock';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { servedUps } from '../../lib/core/served/served-ups';
import { ServedViews } from '../../lib/core/served/served-views';
import { UNIT_DEFAULTS } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { registerMap } from '../../lib/protocols/cs141/maps';
import { ServedCard } from '../../lib/protocols/cs141/served/served-card';
import { metricsPage } from '../../lib/protocols/metrics/metrics';
import { ModbusTcpServer } from '../../lib/protocols/modbus-server/tcp-server';
import { ServedAlias } from '../../lib/protocols/nut-server/served-alias';
import { NutServer } from '../../lib/protocols/nut-server/server';
import type { NutServing } from '../../lib/protocols/nut-server/serving';
import { NutUsers } from '../../lib/protocols/nut-server/users';
import { FakeDriver, onBattery, onMains } from '../../test/support/fake-ups';
import { machineNow, threadMs } from './machine-clock';
import { serve } from './program';

/** The servers of one process over one UPS that is read each second; see servers.ts. */

const UPSES = 1000;
const TICK_MS = 5;
/** A stranger asks from here, and is allowed nowhere. */
const STRANGER = '127.0.0.2';
const ANSWER = 'VAR ups ups.status "OL"\n';
const clock = new SystemClock();
const driver = new FakeDriver();
const units: UpsUnit[] = [];

function unitOf(id: string): UpsUnit {
    const unit = new UpsUnit({
        ...{ id, name: id, config: { ...UNIT_DEFAULTS }, clock, journal: new MemoryJournal() },
        text: (each) => each,
        problem: (error) => console.error(error),
    });
    unit.start();
    return unit;
}

function attach(unit: UpsUnit, device: FakeDriver): UpsUnit {
    unit.addDriver(
        unit.id,
        device,
        () => undefined,
        () => undefined,
    );
    device.answersPolls = false;
    device.read(onMains());
    return unit;
}

const unit = attach(unitOf('ups'), driver);
const views = new ServedViews(clock);
const served = () => views.of('ups', unit);
setInterval(() => driver.read(onMains()), 1000);

const alias = new ServedAlias({
    ...{ name: 'ups', listed: true, lowSeconds: 120, writes: false, served },
    description: () => 'UPS',
    unit: () => unit,
    isForced: () => false,
    write: () => Promise.resolve(),
    force: () => undefined,
});
const serving: NutServing = {
    ...{ version: 'Ridethrough', mostClients: 10_000, requireTls: false, loginToRead: false },
    users: new NutUsers([{ name: 'mon', password: 'pw', role: 'secondary', names: [], commands: [], variables: [] }]),
    allows: (address) => address !== STRANGER,
    refused: () => undefined,
    allHaveLeft: () => undefined,
    denied: () => undefined,
    alias: (name) => (name === 'ups' ? alias : undefined),
    listed: () => [['ups', alias]],
};

serve({
    async start() {
        const nut = new NutServer({
            ...{ clock, at: { address: '127.0.0.1', port: 0 }, serving, changed: () => undefined },
            failed: (error) => console.error(error),
        });
        nut.start();
        while (!nut.at) await new Promise((done) => setTimeout(done, 10));
        const card = new ServedCard({
            units: [{ unitId: 1, map: registerMap('borri')!, served }],
            ...{ unknownAs: -1, answerAnyUnit: false },
        });
        const modbus = new ModbusTcpServer({ clock, units: card.unit, mostClients: 10_000 });
        await modbus.start();
        // What the machine itself takes.
        const echo = createServer({ noDelay: true }, (socket) => socket.on('data', () => socket.write(ANSWER)));
        await new Promise<void>((done) => echo.listen(0, '127.0.0.1', done));
        return { nut: nut.at.port, modbus: modbus.port, echo: (echo.address() as AddressInfo).port };
    },
    /** Bytes, after garbage collection. */
    memory() {
        globalThis.gc?.();
        globalThis.gc?.();
        const { rss, heapUsed, external } = process.memoryUsage();
        return { rss, heapUsed, external };
    },
    /** ms of this thread for one page of many UPSs, some times. */
    pages(times: number) {
        while (units.length < UPSES) units.push(attach(unitOf(`UPS ${units.length}`), new FakeDriver()));
        const all = () => units.map((each) => ({ ups: servedUps(each, { name: 'Hall' }) }));
        let bytes = 0;
        const took = Array.from({ length: times }, () => {
            const before = threadMs();
            bytes = metricsPage({ version: '0', sites: [], upses: all() }, 'text').length;
            return threadMs() - before;
        });
        return { took, bytes };
    },
    /** So many UPSs fail while it goes on, one after the other, each at a moment that is known before: how late its event is, and how long the
     * thread worked at a stretch, ms. @param data.every ms */
    async failures({ count, every }: { count: number; every: number }) {
        const late: number[] = [];
        // On a busy machine a timer also waits for a core: what this thread works between two ticks holds it up in any case.
        let held = 0;
        let before = threadMs();
        const ticker = setInterval(() => {
            const now = threadMs();
            held = Math.max(held, now - before);
            before = now;
        }, TICK_MS);
        const failing = Array.from({ length: count }, (_, n) => {
            const device = new FakeDriver();
            return { device, unit: attach(unitOf(`failing ${n}`), device) };
        });
        for (const { device, unit: each } of failing) {
            const due = machineNow() + every;
            const stop = each.subscribe((change) => {
                if (change.kind === 'edge' && change.event.id === 'power-fail' && change.event.active)
                    late.push(machineNow() - due);
            });
            await new Promise((done) => setTimeout(done, every));
            device.read(onBattery());
            stop();
        }
        clearInterval(ticker);
        for (const { unit: each } of failing) each.destroy();
        return { late, held };
    },
});

export type ServedPorts = { nut: number; modbus: number; echo: number };
