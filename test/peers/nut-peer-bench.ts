import assert from 'node:assert/strict';
import { SystemClock } from '../../lib/core/clock';
import type { SettingInfo } from '../../lib/core/driver';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { ServedViews } from '../../lib/core/served/served-views';
import type { PartialStatus } from '../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { ForcedShutdowns } from '../../lib/protocols/nut-server/forced-shutdowns';
import { ServedAlias } from '../../lib/protocols/nut-server/served-alias';
import { NutServer, type NutServerOptions } from '../../lib/protocols/nut-server/server';
import type { NutServing, NutWrite, NutWriter } from '../../lib/protocols/nut-server/serving';
import { NutUsers } from '../../lib/protocols/nut-server/users';
import { eventually } from '../support/eventually';
import { FakeDriver, onMains } from '../support/fake-ups';
import { user } from '../support/nut-serving';

const SETTINGS = { 'ups.delay.shutdown': 20, 'ups.beeper.status': 'enabled' };

class Device extends FakeDriver {
    settingsInfo(): Record<string, SettingInfo> {
        return {
            'ups.delay.shutdown': { writable: true, min: 0, max: 600 },
            'ups.beeper.status': { writable: true, options: ['enabled', 'disabled'] },
        };
    }
}

/**
 * A NUT server of one UPS, under the names `ups` and `stage1` (not listed), on a free port and the clock of the machine: for NUT's own programs. Users: mon (secondary),
 * boss (primary), op (operator).
 */
export class NutPeerBench {
    /** What the UPS says, four times a second; undefined: it is silent. */
    reading: (() => PartialStatus) | undefined = () =>
        onMains({ identity: { model: 'M 1', serial: 'S 1' }, settings: SETTINGS });
    readonly writes: [NutWrite, NutWriter][] = [];
    readonly forced: ForcedShutdowns;
    readonly server: NutServer;
    readonly serving: NutServing & { requireTls: boolean };
    private readonly unit: UpsUnit;
    private readonly ticker: NodeJS.Timeout;

    private constructor(tls: NutServerOptions['tls']) {
        const clock = new SystemClock();
        const journal = new MemoryJournal();
        this.unit = new UpsUnit({
            id: 'unit1',
            name: 'UPS 1',
            config: { ...UNIT_DEFAULTS, staleSeconds: 3 },
            clock,
            journal,
            text: (id) => id,
            problem: () => undefined,
        });
        this.unit.start();
        const device = new Device();
        this.unit.addDriver(
            'driver1',
            device,
            () => {},
            () => {},
        );
        device.answersPolls = false;
        const tick = () => {
            if (this.reading) device.read(this.reading());
        };
        tick();
        this.ticker = setInterval(tick, 250);
        this.forced = new ForcedShutdowns('server', clock, journal);
        this.serving = this.makeServing(new ServedViews(clock));
        this.server = new NutServer({
            ...{ clock, at: { address: '127.0.0.1', port: 0 }, serving: this.serving, ...(tls && { tls }) },
            changed: () => undefined,
            failed: (error) => assert.fail(String(error)),
        });
    }

    static async start(tls?: NutServerOptions['tls']): Promise<NutPeerBench> {
        const bench = new NutPeerBench(tls);
        bench.server.start();
        await eventually(() => bench.server.at);
        return bench;
    }

    async stop(): Promise<void> {
        clearInterval(this.ticker);
        await this.server.stop();
        this.unit.destroy();
    }

    get port(): number {
        return this.server.at!.port;
    }

    /** As NUT's programs name a UPS. */
    ups(name = 'ups', host = '127.0.0.1'): string {
        return `${name}@${host}:${this.port}`;
    }

    private makeServing(views: ServedViews): NutServing & { requireTls: boolean } {
        const make = (name: string, listed: boolean) =>
            new ServedAlias({
                name,
                listed,
                description: () => 'UPS 1',
                lowSeconds: 120,
                writes: true,
                served: () => views.of('unit1', this.unit),
                unit: () => this.unit,
                isForced: (served) => this.forced.isOrdered(name, served),
                write: (write, writer) => {
                    this.writes.push([write, writer]);
                    return Promise.resolve();
                },
                force: ({ user: by }) => this.forced.order(name, 'unit1', views.of('unit1', this.unit), by),
            });
        const aliases = [make('ups', true), make('stage1', false)];
        return {
            version: 'Ridethrough 1.0.0',
            mostClients: 10,
            requireTls: false,
            loginToRead: false,
            users: new NutUsers([
                user('mon', 'pw', 'secondary'),
                user('boss', 'pw', 'primary'),
                user('op', 'secret', 'operator'),
            ]),
            allows: () => true,
            refused: () => undefined,
            allHaveLeft: () => undefined,
            denied: () => undefined,
            alias: (name) => aliases.find((each) => each.name === name),
            listed: () => aliases.filter(({ listed }) => listed).map((alias) => [alias.name, alias] as const),
        };
    }
}
