import assert from 'node:assert/strict';
import { decode } from '../../../../lib/protocols/nut/decode';

const read = (variables: Record<string, string>) => decode(new Map(Object.entries(variables)), new Set(), 7);
const status = (flags: string, more: Record<string, string> = {}) => read({ 'ups.status': flags, ...more });

describe('flags and alarms of NUT, and what stands beside them', () => {
    for (const [flags, source, alarms] of [
        ['OL', 'normal', []],
        ['OB DISCHRG', 'battery', ['on-battery']],
        ['OL BOOST', 'booster', []],
        ['OL TRIM', 'reducer', []],
        ['OL OFF', 'none', ['ups-output-off']],
        ['OL OVER', 'normal', ['output-overload']],
        ['FSD OL', 'normal', ['shutdown-imminent']],
        ['OB CAL', 'battery', ['calibration', 'on-battery']],
        ['OL TEST', 'normal', ['test-in-progress']],
        ['OL ECO', 'normal', ['eco-mode']],
        ['OL ALARM', 'normal', ['general-fault']],
        ['OL HB', 'normal', ['vendor:battery voltage too high']],
        ['OL STRANGE', 'normal', ['vendor:status STRANGE']],
        ['BYPASS OB', 'bypass', ['on-battery', 'on-bypass']],
    ] as const) {
        it(`${flags}: ${source}, ${alarms.join(', ') || 'no alarm'}`, () => {
            const told = status(flags);
            assert.equal(told.output!.source, source);
            assert.deepEqual(told.alarms, alarms);
        });
    }

    it('tells what a text of ups.alarm means, or the text', () => {
        assert.deepEqual(status('OL ALARM', { 'ups.alarm': 'Replace battery! Strange thing!' }).alarms, [
            'battery-replace',
            'vendor:Strange thing!',
        ]);
        assert.deepEqual(status('OL', { 'ups.alarm': '0' }).alarms, []);
        assert.deepEqual(status('ALARM OL', { 'ups.alarm': '0' }).alarms, ['general-fault']);
        assert.deepEqual(read({ 'ups.alarm': 'Fan failure!' }).alarms, ['fan-failure']);
        assert.deepEqual(status('OL', { 'outlet.2.alarm': 'Overload' }).alarms, ['vendor:outlet.2.alarm: Overload']);
        assert.deepEqual(status('OL', { 'ups.alarm': 'On battery!' }).alarms, ['vendor:On battery!']);
        assert.deepEqual(status('', { 'ups.alarm': 'UPS_ON_BATTERY' }).alarms, ['on-battery']);
    });

    it('knows no source and no outage where flags are missing, contradict each other, or are of a driver that starts', () => {
        for (const flags of [
            '',
            'WAIT',
            'OL WAIT',
            'OL OB',
            'ob ol discharge',
            'OVER',
            'FSD',
            'CHRG',
            'OTHER',
            'NOCOMM',
        ]) {
            const { output, alarms, alarmsTold } = status(flags);
            assert.equal(output!.source, undefined, flags);
            assert.ok(!alarms?.includes('on-battery'), flags);
            assert.ok(alarms === undefined || alarmsTold?.includes('on-battery') === false, flags);
            assert.ok(alarms === undefined || alarmsTold!.includes('output-overload'), flags);
        }
        assert.deepEqual(status('OL OB').alarms, ['vendor:status OL and OB at once']);
        assert.equal(status('OB').alarmsTold, undefined);
    });

    it('reads flags in any case and order', () => {
        for (const flags of ['OB DISCHRG LB', 'lb ob dischrg', ' DISCHRG\tLB  OB ', 'OB,LB,DISCHRG']) {
            const { output, battery, alarms } = status(flags);
            assert.deepEqual([output!.source, battery!.state, battery!.charging], ['battery', 'low', 'discharging']);
            assert.deepEqual(alarms, ['low-battery', 'on-battery']);
        }
        assert.equal(status('OL CHRG DISCHRG').battery!.charging, undefined);
    });

    it('tells the limits of the device for a low battery, where they are limits', () => {
        const limits = (charge: string, runtime: string) => {
            const { battery } = status('OL', { 'battery.charge.low': charge, 'battery.runtime.low': runtime });
            return [battery!.lowPercent, battery!.lowMinutes];
        };
        assert.deepEqual(limits('20', '300'), [20, 5]);
        assert.deepEqual(limits('0', '0'), [undefined, undefined]);
        assert.deepEqual(limits('255', '3932100'), [undefined, undefined]);
        assert.deepEqual(limits('30.0', '3'), [30, undefined]);
    });

    it('does not believe LB when told so, in the flag or in words', () => {
        const variables = new Map(
            Object.entries({
                'ups.status': 'OL LB ALARM',
                'ups.alarm': 'Low battery! Fan failure!',
                'battery.charge': '96',
            }),
        );
        const { battery, alarms } = decode(variables, new Set(), 7, { ignoreLowBattery: true });
        assert.equal(battery!.state, 'normal');
        assert.deepEqual(alarms, ['fan-failure', 'state:low battery']);
        assert.deepEqual(decode(variables, new Set(), 7).alarms, ['fan-failure', 'low-battery']);
    });

    it('does not believe a runtime of 0 that charge and flags contradict', () => {
        const minutes = (flags: string, charge: string, more = {}) =>
            status(flags, { 'battery.runtime': '0', 'battery.charge': charge, ...more }).battery!.minutesRemaining;
        assert.equal(minutes('OB', '87'), undefined);
        assert.equal(minutes('OB DISCHRG', '100'), undefined);
        assert.equal(minutes('OL', '100'), undefined);
        assert.equal(minutes('OB LB', '87'), 0);
        assert.equal(minutes('OB', '2'), 0);
        assert.equal(minutes('OB', '45', { 'battery.charge.low': '50' }), 0);
    });
});
