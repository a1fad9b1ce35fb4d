import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PartialStatus } from '../../../../../lib/core/status/status';
import { checkMap, mapFaultText, readMap } from '../../../../../lib/protocols/device-map/check-map';
import { decodeMap } from '../../../../../lib/protocols/device-map/decode';
import type { DeviceMap } from '../../../../../lib/protocols/device-map/device-map';
import { SNMP_MAPS } from '../../../../../lib/protocols/device-map/maps';
import { SnmpDriver } from '../../../../../lib/protocols/snmp/driver';
import type { SnmpVersion } from '../../../../../lib/protocols/snmp/transport';
import { plainText } from '../../../../../lib/core/language/sentence';
import { FakeClock } from '../../../../support/fake-clock';
import { MemoryAgent } from '../../../../support/snmp-memory';
import { DERIVED_APC } from './derived-apc';
import { DERIVED_CYBERPOWER } from './derived-cyberpower';
import { DERIVED_MGE, DERIVED_XUPS } from './derived-eaton';
import { DERIVED_SOCOMEC } from './derived-socomec';
import type { Expectation } from './expectation';
import { APC_SMART1500 } from './expected-apc-smart1500';
import { APC_SMT750X } from './expected-apc-smt750x';
import { APC_SUA1500 } from './expected-apc-sua1500';
import { APC_SURT3000XL } from './expected-apc-surt3000xl';
import { APC_SYMMETRALX } from './expected-apc-symmetralx';
import { CYBERPOWER_OL2200 } from './expected-cyberpower';
import { DC_SUPPLIES } from './expected-dc-supplies';
import { EATONUPS } from './expected-eatonups';
import { SOCOMEC_RACK_PDU } from './expected-socomec';
import { FOLDER, objectsOf, readingOf } from './recorded';

const EXPECTED: Expectation[] = [
    APC_SMART1500,
    APC_SMT750X,
    APC_SUA1500,
    APC_SURT3000XL,
    APC_SYMMETRALX,
    CYBERPOWER_OL2200,
    EATONUPS,
    SOCOMEC_RACK_PDU,
    ...DC_SUPPLIES,
];
const DERIVED = [...DERIVED_APC, ...DERIVED_CYBERPOWER, ...DERIVED_XUPS, ...DERIVED_MGE, ...DERIVED_SOCOMEC];

/** A shipped map, or one that a user made. */
function mapOf(id: string): DeviceMap {
    const shipped = SNMP_MAPS.find((map) => map.id === id);
    if (shipped) return shipped;
    const { map, faults = [] } = readMap(readFileSync(join(__dirname, `${id}.json`), 'utf8'));
    assert.deepEqual(
        faults.map((fault) => plainText(mapFaultText(fault))),
        [],
    );
    return map!;
}

/** Without what no map tells. Absent and undefined are the same for whoever reads a status. */
function told({ time: _, agentUptime: __, ...status }: PartialStatus): unknown {
    return JSON.parse(JSON.stringify(status));
}

describe('Shipped device maps', () => {
    for (const map of SNMP_MAPS)
        it(`${map.id} has no fault`, () => {
            // What is compared is what JSON keeps of it, as of a map that a user exports.
            const { faults = [] } = checkMap(JSON.parse(JSON.stringify(map)));
            assert.deepEqual(
                faults.map((fault) => plainText(mapFaultText(fault))),
                [],
            );
        });
});

describe('Recordings of cards, by their maps', () => {
    before(function () {
        if (existsSync(FOLDER)) return;
        if (process.env.REQUIRE_PEERS === '1') throw new Error(`no recordings in ${FOLDER}, and REQUIRE_PEERS=1`);
        console.log(`      skipped: there are no recordings in ${FOLDER}`);
        this.skip();
    });

    it('has an expectation for every recording', () => {
        const files = readdirSync(FOLDER).filter((file) => file.endsWith('.snmprec'));
        assert.deepEqual(
            files.map((file) => file.replace(/\.snmprec$/, '')).sort(),
            EXPECTED.map(({ recording }) => recording).sort(),
        );
    });

    for (const { recording, map, status } of EXPECTED) {
        it(`${recording} by ${map}`, () => {
            assert.deepEqual(
                told(decodeMap(mapOf(map), readingOf(objectsOf(recording)), 0)),
                told({ ...status, time: 0 }),
            );
        });

        for (const version of ['1', '2c'] satisfies SnmpVersion[])
            it(`${recording} over v${version}, found by itself: the first reading, and the one after the slow round`, async () => {
                const clock = new FakeClock();
                const agent = MemoryAgent.fromRecording(join(FOLDER, `${recording}.snmprec`), version);
                const readings: PartialStatus[] = [];
                const maps = [...SNMP_MAPS.filter(({ id }) => id !== map), mapOf(map)];
                const driver = new SnmpDriver({ clock, host: recording, intervalMs: 1000, transport: agent, maps });
                driver.start({ status: (reading) => readings.push(reading), state: () => {} });
                await clock.advance(62_000);
                await driver.stop();
                for (const reading of [readings[0]!, readings.at(-1)!])
                    assert.deepEqual(told(reading), told({ ...status, time: 0 }));
            });
    }

    for (const { title, recording, map, values, status } of DERIVED)
        it(title, () => {
            assert.deepEqual(
                told(decodeMap(mapOf(map), readingOf(objectsOf(recording, values)), 0)),
                told({ ...status, time: 0 }),
            );
        });
});
