import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsStatus from '../../nodes/events/ups-status';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

describe('ups-status', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    // As a function node does that shows the runtime in seconds.
    for (const [from, more] of [
        ['ups-status', { wires: [['seconds']] }],
        ['the device', {}],
        ['ups-status when asked', { wires: [['seconds']], send: 'request' }],
    ] as const) {
        it(`the UPS does not believe what a flow makes of a status of ${from}`, async () => {
            const device = from === 'the device' ? { wires: [['seconds']] } : {};
            await helper.load(
                [upsSite, upsUnit, upsSimulator, upsStatus] as never,
                [
                    { id: 'site1', type: 'ups-site', name: 'Site', directory },
                    { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                    { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 3600, ...device },
                    { id: 'status1', type: 'ups-status', ups: 'unit1', send: 'readings', ...more },
                    { id: 'seconds', type: 'helper' },
                ] as never,
            );
            const changed: UpsStatus[] = [];
            (helper.getNode('seconds') as Node).on('input', (message) => {
                const status = message.payload as UpsStatus;
                status.battery.minutesRemaining = 4711;
                changed.push(status);
            });
            await eventually(() => theFlow().registry.source('unit1')?.status());
            (helper.getNode('status1') as Node).receive({ payload: 'now' } as never);
            await eventually(() => changed.length > 0);
            assert.notEqual(theFlow().registry.source('unit1')!.status()!.battery.minutesRemaining, 4711);
            assert.notEqual(theFlow().registry.source('unit1')!.remainingSeconds('device'), 4711 * 60);
        });
    }
});
