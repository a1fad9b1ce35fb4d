import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { SnmpDriver } from '../../../../lib/protocols/snmp/driver';
import type { SnmpVersion } from '../../../../lib/protocols/snmp/transport';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryAgent } from '../../../support/snmp-memory';
import { EXPECTED_READINGS } from './expected-readings';

const FOLDER = join(__dirname, '../../../../../shared/recordings/snmp');

describe('recordings of real cards, through the whole polling path', () => {
    before(function () {
        if (existsSync(FOLDER)) return;
        if (process.env.REQUIRE_PEERS === '1') throw new Error(`no recordings in ${FOLDER}, and REQUIRE_PEERS=1`);
        console.log(`      skipped: there are no recordings in ${FOLDER}`);
        this.skip();
    });

    it('has an expectation for every recording, and no other', () => {
        const files = readdirSync(FOLDER).filter((file) => file.endsWith('.snmprec'));
        assert.deepEqual(
            files.map((file) => file.replace(/\.snmprec$/, '')).sort(),
            Object.keys(EXPECTED_READINGS).sort(),
        );
    });

    for (const [name, expected] of Object.entries(EXPECTED_READINGS)) {
        for (const version of ['1', '2c'] satisfies SnmpVersion[]) {
            it(`${name} over v${version}: the first reading, the next and the one after the slow round`, async () => {
                const clock = new FakeClock();
                const agent = MemoryAgent.fromRecording(join(FOLDER, `${name}.snmprec`), version);
                const readings: PartialStatus[] = [];
                const driver = new SnmpDriver({ clock, host: name, intervalMs: 1000, transport: agent });
                driver.start({ status: (reading) => readings.push(reading), state: () => {} });
                await clock.advance(62_000);
                await driver.stop();
                assert.equal(readings.length, 63);
                for (const reading of [readings[0]!, readings[1]!, readings[62]!]) {
                    const { time, ...values } = reading;
                    assert.equal(typeof time, 'number');
                    assert.deepEqual(values, expected);
                }
                assert.equal(clock.pending, 0);
            });
        }
    }
});
