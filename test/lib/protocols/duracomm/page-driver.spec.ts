import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { DriverState } from '../../../../lib/core/driver';
import { FakeClock } from '../../../support/fake-clock';
import { eventuallyOnWire } from '../../../support/eventually';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { PageDriver } from '../../../../lib/protocols/duracomm/page-driver';
import { WebPage, type WebPageOptions } from '../../../../lib/protocols/duracomm/web-page';
import { Rmcu } from '../../../../simulators/rmcu/rmcu';

const MAP: DeviceMap = {
    version: 1,
    id: 'page',
    name: 'Page',
    judgedBy: 'a test',
    items: [
        { id: 'ac', at: { label: 'AC Line' }, kind: 'number', to: 'input.lines.1.voltage' },
        { id: 'battery', at: { label: 'Volts Battery' }, kind: 'number', to: 'battery.voltage' },
        { id: 'inside', at: { label: 'Temperature' }, kind: 'number', digits: 1, to: 'dc.temperature' },
        { id: 'inside °F', at: { label: 'Temperature' }, kind: 'number', unit: '°F', to: 'temperature' },
        { id: 'inside F', at: { label: 'Temperature' }, kind: 'number', unit: '°F', to: 'channel:Temperature' },
        {
            id: 'dc ok',
            at: { label: 'DC-OK Power Supply' },
            kind: 'state',
            states: { CLOSED: 'closed', OPEN: 'open' },
            to: 'channel:DC-OK',
        },
        { id: 'gone', at: { label: 'Fan Speed' }, kind: 'number', to: 'channel:fan' },
        {
            id: 'supply',
            at: { label: 'Power Supply ON/OFF' },
            kind: 'state',
            states: { ON: 'on', OFF: 'off' },
            write: { on: 'ON', off: 'OFF' },
            to: 'outlet:Power Supply',
        },
    ],
};

describe('a device read by its status page', () => {
    const cleanUps: (() => unknown)[] = [];
    let clock: FakeClock;

    beforeEach(() => (clock = new FakeClock()));
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
        assert.equal(clock.pending, 0);
    });

    function read(place: string, over: Partial<WebPageOptions> = {}) {
        const page = new WebPage({ clock, url: new URL(place), timeoutMs: 5000, most: 256 * 1024, ...over });
        const driver = new PageDriver({ clock, intervalMs: 1000, page, map: MAP });
        const seen = { readings: [] as PartialStatus[], states: [] as DriverState[] };
        driver.start({
            status: (reading) => void seen.readings.push(reading),
            state: (state) => void seen.states.push(state),
        });
        cleanUps.push(() => driver.stop());
        const failed = () => {
            const last = seen.states.at(-1);
            return last?.state === 'waiting' ? { code: last.code, ...last.data } : undefined;
        };
        return { driver, seen, failed };
    }
    const wire = <T>(condition: () => T, ms = 8000) => eventuallyOnWire(clock, condition, { ms, step: 20, speed: 10 });

    async function simulator(): Promise<Rmcu> {
        const rmcu = new Rmcu({ clock: new FakeClock() });
        await rmcu.start();
        cleanUps.push(() => rmcu.stop());
        return rmcu;
    }

    async function server(answer: (request: IncomingMessage, response: ServerResponse) => void) {
        const made = createServer(answer).listen(0, '127.0.0.1');
        await once(made, 'listening');
        cleanUps.push(() => {
            made.closeAllConnections();
            return new Promise((resolve) => made.close(resolve));
        });
        return `http://127.0.0.1:${(made.address() as AddressInfo).port}`;
    }

    for (const path of ['/', '/m'])
        it(`reads ${path} of the simulated RMCU by its labels`, async () => {
            const rmcu = await simulator();
            if (path === '/m') MAP.items[0] = { ...MAP.items[0]!, at: { label: 'Line Voltage' } };
            try {
                const { seen, driver } = read(`http://127.0.0.1:${rmcu.httpPort}${path}`);
                await wire(() => seen.readings.length);
                const { input, battery, dc, channels, outlets, temperature } = seen.readings[0]!;
                assert.deepEqual(input?.lines, [{ voltage: 116.7 }]);
                assert.deepEqual(battery, { voltage: 13.8 });
                assert.deepEqual(dc, { temperature: 32.5 }, '90.5 F are said to be Fahrenheit');
                assert.equal(temperature, 32.5, 'with the unit that the dialog proposes');
                assert.deepEqual(channels, {
                    Temperature: { value: 90.5, unit: '°F' },
                    'DC-OK': { state: 'closed' },
                    fan: {},
                });
                assert.deepEqual(outlets, [{ id: 'Power Supply', on: true }]);
                assert.equal(driver.supports(), false, 'nothing is switched by a page');
            } finally {
                MAP.items[0] = { ...MAP.items[0]!, at: { label: 'AC Line' } };
            }
        });

    it('does not know what a cut page does not show', async () => {
        const rmcu = await simulator();
        const { seen, failed } = read(`http://127.0.0.1:${rmcu.httpPort}/`);
        await wire(() => seen.readings.length);
        const whole = await (await fetch(`http://127.0.0.1:${rmcu.httpPort}/`)).text();
        rmcu.faults.cutPage = { bytes: whole.indexOf('Volts Battery') + 8, broken: false };
        await wire(() => seen.readings.at(-1)!.battery?.voltage === undefined);
        assert.deepEqual(seen.readings.at(-1)!.input?.lines, [{ voltage: 116.7 }]);
        rmcu.faults.cutPage = { bytes: 200, broken: true };
        await wire(() => failed()?.code === 'device-silent');
    });

    it('logs in by Basic, and names a refusal', async () => {
        const asked: (string | undefined)[] = [];
        const place = await server((request, response) => {
            asked.push(request.headers.authorization);
            const isKnown = request.headers.authorization === `Basic ${Buffer.from('admin:a:b').toString('base64')}`;
            response.writeHead(isKnown ? 200 : 401).end('<p>AC Line: 116.7 Volts</p></html>');
        });
        const { failed } = read(place);
        await wire(() => failed()?.code === 'access-denied');
        assert.equal(asked[0], undefined, 'without a user no log-in is sent');
        const { seen } = read(place, { user: 'admin', password: 'a:b' });
        await wire(() => seen.readings.length);
    });

    it('does not follow redirects', async () => {
        let other = 0;
        const elsewhere = await server((_request, response) => {
            other++;
            response.end('<p>AC Line: 1 Volts</p>');
        });
        const place = await server((_request, response) =>
            response.writeHead(302, { location: elsewhere }).end('<p>AC Line: 2 Volts</p>'),
        );
        const { seen, failed } = read(place);
        await wire(() => failed()?.code === 'device-refused');
        assert.deepEqual([seen.readings.length, other], [0, 0]);
    });

    it('ends after 5 s without an answer, and at 256 KiB', async () => {
        const silent = read(await server(() => {}));
        const began = clock.monotonic();
        await wire(() => silent.failed()?.code === 'device-silent');
        assert.ok(clock.monotonic() - began >= 5000 && clock.monotonic() - began < 6000);
        const place = await server((_request, response) => {
            response.write('<p>AC Line: 116.7 Volts</p>');
            response.end(Buffer.alloc(256 * 1024, 'x'));
        });
        const long = read(place);
        await wire(() => long.failed()?.code === 'protocol');
    });

    it('reads a page that comes byte by byte', async () => {
        const text = `<p>AC Line: 116.7 Volts</p>${'<p>x</p>'.repeat(10_000)}<p>Volts Battery: 13.8 V</p>`;
        const place = await server((_request, response) => {
            for (const byte of text) response.write(byte);
            response.end();
        });
        const bytes = await new WebPage({ clock, url: new URL(place), timeoutMs: 5000, most: 256 * 1024 }).get();
        assert.equal(Buffer.from(bytes).toString(), text);
    });

    it('says so if none of its labels is there', async () => {
        const { failed } = read(await server((_request, response) => response.end('<h1>Camera 3</h1>')));
        await wire(() => failed()?.code === 'device-refused');
        assert.equal((failed() as { reason?: { key: string } }).reason?.key, 'ups-unit.said.map.noLabel');
    });
});
