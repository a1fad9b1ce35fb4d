import assert from 'node:assert/strict';
import { ObjectType, PduType } from 'net-snmp';
import { BACS_MODULE } from '../../../../lib/protocols/snmp-agent/mib/bacs-module';
import { instanceName, MIB_FILES, mibFile } from '../../../../lib/protocols/snmp-agent/mib/mib-files';
import type { MibObject, MibSyntax } from '../../../../lib/protocols/snmp-agent/mib/mib-table';
import { UPS_MODULE } from '../../../../lib/protocols/snmp-agent/mib/ups-module';
import { AgentUps } from '../../../../lib/protocols/snmp-agent/agent-ups';
import { batterySample } from '../../../support/served-battery-sample';
import { servedSample } from '../../../support/served-sample';

const TYPES: Readonly<Record<MibSyntax, number>> = {
    integer: ObjectType.Integer,
    text: ObjectType.OctetString,
    oid: ObjectType.OID,
    ticks: ObjectType.TimeTicks,
    counter: ObjectType.Counter,
    gauge: ObjectType.Gauge,
    index: ObjectType.Integer,
};

describe('the MIB files of the SNMP agent', () => {
    const ups = new AgentUps(() => 500, { now: () => 0, monotonic: () => 0 });
    ups.serving = { version: 'Ridethrough', unknownAs: '-1' };
    const line = { frequency: 50, voltage: 230, current: 1, power: 200, load: 20, apparentPower: 230 };
    ups.target = {
        served: () =>
            servedSample(
                {},
                {
                    alarms: ['fan-failure'],
                    input: { lines: [line] },
                    output: { source: 'normal', lines: [line] },
                    bypass: { lines: [line] },
                    environment: {
                        temperature: 22.4,
                        humidity: 40,
                        contacts: { aux2: true, input3: false, input9: true, output1: true, Door: true },
                    },
                },
            ),
        battery: () => batterySample(24, 2, ['voltage-high-alarm']),
        supports: () => true,
        order: () => Promise.resolve(),
    };
    const ask = (type: PduType, oid: string, value: unknown = null, as: number = ObjectType.Null) =>
        ups.respond({
            ...{ type, version: 1, varbinds: [{ oid, type: as, value: value as null }], mayWrite: true },
        }).answer;
    const walk = () => {
        const found = [];
        for (let oid = '1.3.6.1.2.1.33'; ;) {
            const [next] = ask(PduType.GetNextRequest, oid).varbinds;
            if (next!.value === null) return found;
            found.push(next!);
            oid = next!.oid;
        }
    };
    const objects: MibObject[] = [UPS_MODULE, BACS_MODULE].flatMap(({ root, scalars, tables }) =>
        [...scalars, ...tables.flatMap(({ columns }) => columns)].map((each) => ({
            ...each,
            arcs: `${root}.${each.arcs}`,
        })),
    );

    it('have a name, the type and the right of every instance that is served', () => {
        const instances = walk();
        assert.ok(instances.length > 250, String(instances.length));
        for (const { oid, type } of instances) {
            const object = objects.find(({ arcs }) => oid.startsWith(`${arcs}.`));
            assert.ok(object, `${oid} has no name`);
            assert.equal(type, TYPES[object.syntax], object.name);
            // A SET of what may not be written says so, whatever its value: 17 is notWritable.
            const isWritable = ask(PduType.SetRequest, oid, -77, 99).errorStatus !== 17;
            assert.equal(isWritable, object.isWritable === true, object.name);
        }
    });

    it('tell each name once, and each number once', () => {
        for (const { nodes, scalars, tables, traps } of [UPS_MODULE, BACS_MODULE]) {
            const all = [...nodes, ...scalars, ...tables, ...tables.flatMap(({ columns }) => columns), ...traps];
            assert.equal(new Set(all.map(({ name }) => name)).size, all.length);
            assert.equal(new Set(all.map(({ arcs }) => arcs)).size, all.length);
            assert.ok(all.every(({ name }) => /^[a-z][A-Za-z0-9]{0,63}$/.test(name)));
        }
    });

    it('name instances for people', () => {
        assert.equal(instanceName('1.3.6.1.2.1.33.1.8.2.0'), 'upsShutdownAfterDelay.0');
        assert.equal(instanceName('1.3.6.1.2.1.33.5.2.5.1.2.17'), 'bacsModuleVoltage.17');
        assert.equal(instanceName('1.3.6.1.2.1.1.5.0'), '1.3.6.1.2.1.1.5.0');
        assert.deepEqual(MIB_FILES, ['RIDETHROUGH-UPS-MIB', 'RIDETHROUGH-BACS-MIB']);
        assert.equal(mibFile('../secret'), undefined);
        assert.match(
            mibFile('RIDETHROUGH-UPS-MIB')!,
            /upsBatteryVoltage OBJECT-TYPE\n {4}SYNTAX Integer32\n {4}UNITS "0\.1 Volt DC"/,
        );
    });
});
